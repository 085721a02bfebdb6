import { sortedQuantile } from '../../stats/quantile.ts';
import type { OpenSpans } from '../find-open-spans.ts';

export type StartBurst = {
  /** The first request of each stream, as indices of the spans, in order of begin. */
  first: number[];
  /** From the first to the last of their begins. */
  spanMs: number;
  /** When nine in ten of them have ended: from then on streams begin where others left off. */
  overMs: number;
};

/** First requests that all begin within this share of the time that requests take are one burst to the target. */
const maxShareOfService = 0.1;
const overAt = 0.9;

/**
 * The first requests of a closed loop's streams, where they came to the target as one burst: within 10 % of the median time
 * for which requests are open. Null where they came apart, or there are fewer than two streams.
 */
export function findStartBurst(spans: OpenSpans, concurrency: number): StartBurst | null {
  const { beginMs, endMs } = spans;
  if (concurrency < 2 || beginMs.length < concurrency) return null;
  const first = findFirstToBegin(spans, concurrency);
  const at = (k: number) => beginMs[first.at(k) ?? 0] ?? 0;
  const spanMs = at(-1) - at(0);
  const openMs = sortedQuantile(spans.sortedOpenMs, 0.5);
  if (openMs === null || spanMs > maxShareOfService * openMs) return null;
  const endsMs = Float64Array.from(first, (i) => endMs[i] ?? 0).sort();
  return { first, spanMs, overMs: sortedQuantile(endsMs, overAt) ?? at(-1) };
}

/** The requests that began first, as indices of the spans, in order of begin. Only they are sorted by a comparison: of a million that takes a second. */
export function findFirstToBegin({ beginMs, sortedBeginMs }: OpenSpans, count: number): number[] {
  const last = sortedBeginMs[count - 1] ?? Number.POSITIVE_INFINITY;
  const candidates: number[] = [];
  for (let i = 0; i < beginMs.length; i++) if ((beginMs[i] ?? 0) <= last) candidates.push(i);
  return candidates.sort((a, b) => (beginMs[a] ?? 0) - (beginMs[b] ?? 0)).slice(0, count);
}
