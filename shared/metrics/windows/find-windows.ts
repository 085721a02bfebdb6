import { sortedQuantile } from '../../stats/quantile.ts';
import type { OpenSpans } from '../find-open-spans.ts';

export type Window = { fromMs: number; toMs: number };

/** The load that a stage requests: a number of streams (closed loop or rounds), or requests on a schedule. */
export type RequestedLoad =
  /** `refillsStreams`: whether a stream sends its next request as soon as the previous one ends. False for rounds. */
  | { streams: number; refillsStreams: boolean }
  /** `rampMs`: time in ms from the start until the rate reaches its full value. */
  | { streams: null; rampMs: number };

export const neverFull = 'the requested concurrency was never reached';

export type Windows = { full: Window | null; steady: Window | null; whyNoSteady: string | null };

/**
 * Finds the windows of a stage. The full window is from the start of the first measured request to the end of the last
 * response. The steady window excludes ramp and drain: it ends when the last request begins, and it starts
 * - for rounds: when the full concurrency is first reached;
 * - for a closed loop: when nine in ten of the requests that are open at that moment have ended;
 * - for a rate: one typical service time (p90 of the open times) after the end of the ramp.
 * A steady window requires that it is not too short (`findFlaw`).
 */
export function findWindows(spans: OpenSpans, load: RequestedLoad): Windows {
  const begins = spans.sortedBeginMs;
  const first = begins[0];
  const last = begins.at(-1);
  if (first === undefined || last === undefined)
    return { full: null, steady: null, whyNoSteady: 'no request was issued' };
  const full = { fromMs: first, toMs: spans.sortedEndMs.at(-1) ?? first };
  const fromMs = findSteadyFromMs(spans, load, first);
  const window = { fromMs: fromMs ?? first, toMs: last };
  const whyNoSteady = fromMs === null ? neverFull : findFlaw(spans, load, window);
  return { full, steady: whyNoSteady === null ? window : null, whyNoSteady };
}

const rampOverAt = 0.9;

function findSteadyFromMs(spans: OpenSpans, load: RequestedLoad, firstMs: number): number | null {
  if (load.streams === null) return firstMs + load.rampMs + (sortedQuantile(spans.sortedOpenMs, 0.9) ?? 0);
  const fullFromMs = findFullFromMs(spans.sortedBeginMs, spans.sortedEndMs, load.streams);
  if (fullFromMs === null || !load.refillsStreams || load.streams < 2) return fullFromMs;
  // Until then, requests are faster than later ones, which wait behind more others.
  const endsMs = spans.endMs.filter((end, i) => end > fullFromMs && (spans.beginMs[i] ?? 0) <= fullFromMs);
  return sortedQuantile(endsMs.sort(), rampOverAt) ?? fullFromMs;
}

/** Maximum growth of the number of open requests in a steady window, as a share of the requests that begin in it. */
const maxGrowthShare = 0.1;

/**
 * Returns why a window is too short or not steady, or null if rates in it are meaningful.
 * - Fewer requests than streams begin in it, so its rates depend only on when the first requests ended.
 * - It is shorter than the median request, so all it has are parts of requests.
 * - In an open loop, the number of open requests grows. The rates would count the unfinished part of them as done.
 */
function findFlaw(spans: OpenSpans, load: RequestedLoad, { fromMs, toMs }: Window): string | null {
  const begins = spans.sortedBeginMs;
  const begun = begins.length - begins.findLastIndex((begin) => begin <= fromMs) - 1;
  if (begun === 0) return 'too short: no request started after the ramp';
  if (load.streams !== null && begun < load.streams)
    return `too short: only ${begun} ${begun === 1 ? 'request' : 'requests'} started after the ramp, fewer than the ${load.streams} open at once`;
  const openMs = sortedQuantile(spans.sortedOpenMs, 0.5) ?? 0;
  if (toMs - fromMs < openMs)
    return `too short: ${(toMs - fromMs).toFixed(0)} ms after the ramp, less than the median request (${openMs.toFixed(0)} ms)`;
  if (load.streams !== null) return null;
  const [before, after] = [countOpen(spans, fromMs), countOpen(spans, toMs)];
  if (after - before <= Math.max(1, maxGrowthShare * begun)) return null;
  return `the load is not steady: after the ramp, the number of open requests grew from ${before} to ${after}`;
}

/** Counts the requests that began before `atMs` and have not ended by then. */
function countOpen({ sortedBeginMs, sortedEndMs }: OpenSpans, atMs: number): number {
  const begun = sortedBeginMs.findLastIndex((begin) => begin < atMs) + 1;
  return begun - (sortedEndMs.findLastIndex((end) => end <= atMs) + 1);
}

/** Finds when `concurrency` requests are first open at once. Requests that end at that moment do not count as open. */
function findFullFromMs(begins: Float64Array, ends: Float64Array, concurrency: number): number | null {
  let ended = 0;
  for (let begun = 0; begun < begins.length; begun++) {
    const atMs = begins[begun] ?? 0;
    while (ended < begun && (ends[ended] ?? 0) <= atMs) ended += 1;
    if (begun + 1 - ended >= concurrency) return atMs;
  }
  return null;
}
