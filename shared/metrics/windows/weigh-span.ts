import type { Window } from './find-windows.ts';

/**
 * Returns the share of a request's open time that lies inside a window: w = |[begin, end] ∩ window| / (end − begin). A
 * request without open time has the share 1 inside the window and 0 outside.
 *
 * Throughput counts each request by this share. Counting the requests that end in a window instead adds up to one
 * request for each stream, because the window can end right after a wave of responses. With the share, a rate never
 * exceeds what is possible: if at most c requests are open at once and each is open for at least s, then
 * Σ w ≤ Σ |[begin, end] ∩ window| / s ≤ c · |window| / s. This is Little's law for a window of any length (J. D. C.
 * Little, "A Proof for the Queuing Formula: L = λW", Operations Research 9(3), 1961, https://doi.org/10.1287/opre.9.3.383).
 */
export function weighSpan(beginMs: number, endMs: number, { fromMs, toMs }: Window): number {
  const openMs = endMs - beginMs;
  const insideMs = Math.min(endMs, toMs) - Math.max(beginMs, fromMs);
  if (openMs > 0) return Math.max(0, insideMs) / openMs;
  return insideMs >= 0 ? 1 : 0;
}
