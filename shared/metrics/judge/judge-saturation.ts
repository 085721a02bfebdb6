import type { Sample } from '../../sample/sample.ts';
import { tQuantile } from '../../stats/distributions.ts';
import { ordinaryLeastSquares } from '../../stats/ordinary-least-squares.ts';
import { quantile } from '../../stats/quantile.ts';
import { findOpenSpans } from '../find-open-spans.ts';
import { findFirstToBegin } from '../windows/find-bursts.ts';

/** Number of requests that are `due` by `atMs` (ms after the start), and the `backlog` of those that have not ended. */
export type BacklogPoint = { atMs: number; backlog: number; due: number };

export type Saturation = {
  /** Growth of the backlog in requests per second. */
  growthPerSecond: number;
  /** Lower end of the 95 % interval of `growthPerSecond`. */
  lowPerSecond: number;
  /** Number of requests that were due per second in the same period. */
  duePerSecond: number;
};

/** Minimum time in ms before judging, because streams that fill up at the start look like a growing backlog. */
const minElapsedMs = 10_000;
const minServiceTimes = 10;
const blocks = 8;
/** Minimum growth of the backlog as a share of the due requests. Slower growth may come from random arrivals. */
const minShare = 0.05;
const minBacklog = 10;
const confidence = 0.95;

/**
 * Judges whether requests become due faster than they end: the backlog's growth must exceed 5 % of the due rate, even
 * at the lower end of its 95 % interval. Examines the second half of the time since the start (or the end of a ramp).
 * Fits a line by least squares to the backlog's means in eight time blocks, because neighboring points are not
 * independent. Returns null if the growth is smaller, or until both 10 s and 10 service times have passed.
 * @param points in order of time, measured from the start or the end of the ramp
 * @param serviceMs how long the first requests were open, when there was no backlog
 */
export function judgeSaturation(points: readonly BacklogPoint[], serviceMs: number | null): Saturation | null {
  const last = points.at(-1);
  if (last === undefined || serviceMs === null) return null;
  if (last.atMs < Math.max(minElapsedMs, minServiceTimes * serviceMs) || last.backlog < minBacklog) return null;
  const fromMs = last.atMs / 2;
  const half = points.filter(({ atMs }) => atMs >= fromMs);
  const means = averageBlocks(half, fromMs, last.atMs);
  const [first] = half;
  if (means === null || first === undefined) return null;
  const result = ordinaryLeastSquares(means.backlog, [means.seconds]);
  if (!result.ok) return null;
  const [, growthPerSecond = 0] = result.fit.coefficients;
  const variance = result.fit.covariance[1]?.[1] ?? Number.NaN;
  const lowPerSecond =
    growthPerSecond - tQuantile((1 + confidence) / 2, result.fit.degreesOfFreedom) * Math.sqrt(variance);
  const duePerSecond = ((last.due - first.due) / (last.atMs - first.atMs)) * 1_000;
  return lowPerSecond > minShare * duePerSecond ? { growthPerSecond, lowPerSecond, duePerSecond } : null;
}

function averageBlocks(points: readonly BacklogPoint[], fromMs: number, toMs: number) {
  const sums = new Float64Array(blocks);
  const counts = new Float64Array(blocks);
  for (const { atMs, backlog } of points) {
    const block = Math.min(blocks - 1, Math.floor(((atMs - fromMs) / (toMs - fromMs)) * blocks));
    sums[block] = (sums[block] ?? 0) + backlog;
    counts[block] = (counts[block] ?? 0) + 1;
  }
  if (counts.some((count) => count === 0)) return null;
  const seconds = sums.map((_, block) => (fromMs + ((toMs - fromMs) * (block + 0.5)) / blocks) / 1_000);
  return { seconds, backlog: sums.map((sum, block) => sum / (counts[block] ?? 1)) };
}

const backlogPoints = 160;

/**
 * Measures the backlog of an open loop at 160 times between the end of its ramp and the last due time. The backlog is
 * the number of requests that are due and have not ended. Requests that were never sent count as not ended.
 */
export function measureBacklog(measured: readonly Sample[], rampMs: number): BacklogPoint[] {
  const known = measured.filter(({ dueMs, originWallMs }) => dueMs !== null && originWallMs !== null);
  const spans = findOpenSpans(known);
  const { originWallMs } = spans;
  if (originWallMs === null) return [];
  const dueMs = Float64Array.from(
    known,
    (sample) => (sample.originWallMs ?? 0) - originWallMs + (sample.dueMs ?? 0),
  ).sort();
  const endMs = spans.sortedEndMs;
  const fromMs = (dueMs[0] ?? 0) + rampMs;
  const lengthMs = (dueMs.at(-1) ?? 0) - fromMs;
  let due = 0;
  let ended = 0;
  return Array.from({ length: lengthMs > 0 ? backlogPoints : 0 }, (_, k) => {
    const atMs = (lengthMs * (k + 1)) / backlogPoints;
    while (due < dueMs.length && (dueMs[due] ?? 0) <= fromMs + atMs) due += 1;
    while (ended < endMs.length && (endMs[ended] ?? 0) <= fromMs + atMs) ended += 1;
    return { atMs, backlog: due - ended, due };
  });
}

const firstRequests = 20;

/** Measures how long the first 20 measured requests were open, as a median in ms. Returns null if this is unknown. */
export function measureFirstServiceTime(samples: readonly Sample[]): number | null {
  const spans = findOpenSpans(samples.filter(({ warmup, disturbed }) => !warmup && !disturbed));
  const { beginMs, endMs } = spans;
  const openMs = findFirstToBegin(spans, firstRequests).map((i) => (endMs[i] ?? 0) - (beginMs[i] ?? 0));
  return quantile(openMs, 0.5);
}
