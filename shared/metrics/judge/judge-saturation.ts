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
/** Each block has at least one point, because a worker looks at the backlog once for each heartbeat. */
const mostBlocks = 8;
const leastBlocks = 4;
/** Minimum growth of the backlog as a share of the due requests. Slower growth may come from random arrivals. */
const minShare = 0.05;
const minBacklog = 10;
const confidence = 0.95;

/**
 * Judges whether requests become due faster than they end: the backlog's growth must exceed 5 % of the due rate, even
 * at the lower end of its 95 % interval. Examines the second half of the time since the start (or the end of a ramp).
 * Fits a line by least squares to the means of up to eight blocks of successive points, because neighboring points are
 * not independent. Returns null if the growth is smaller, or until both 10 s and 10 service times have passed.
 * @param points in order of time, measured from the start or the end of the ramp
 * @param serviceMs how long the first requests were open, when there was no backlog
 */
export function judgeSaturation(points: readonly BacklogPoint[], serviceMs: number | null): Saturation | null {
  const last = points.at(-1);
  if (last === undefined || serviceMs === null) return null;
  if (last.atMs < Math.max(minElapsedMs, minServiceTimes * serviceMs) || last.backlog < minBacklog) return null;
  const fromMs = last.atMs / 2;
  const half = points.filter(({ atMs }) => atMs >= fromMs);
  const means = averageBlocks(half);
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

function averageBlocks(points: readonly BacklogPoint[]) {
  const blocks = Math.min(mostBlocks, points.length);
  if (blocks < leastBlocks) return null;
  const seconds = new Float64Array(blocks);
  const backlog = new Float64Array(blocks);
  for (let block = 0; block < blocks; block++) {
    const from = Math.floor((points.length * block) / blocks);
    const own = points.slice(from, Math.floor((points.length * (block + 1)) / blocks));
    for (const point of own) {
      seconds[block] = (seconds[block] ?? 0) + point.atMs / 1_000 / own.length;
      backlog[block] = (backlog[block] ?? 0) + point.backlog / own.length;
    }
  }
  return { seconds, backlog };
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

/**
 * Measures how long a request is open without a backlog, in ms: the median of the first 20 successful requests. If the
 * target is over-saturated from the start, most of them already wait. So the time by which their first output came
 * later than the earliest one does not count. Returns null if no request has ended.
 */
export function measureFirstServiceTime(samples: readonly Sample[]): number | null {
  const undisturbed = samples.filter(({ warmup, disturbed }) => !warmup && !disturbed);
  const ok = undisturbed.filter(({ outcome }) => outcome === 'ok');
  const spans = findOpenSpans(ok.length > 0 ? ok : undisturbed);
  const { beginMs, endMs } = spans;
  const first = findFirstToBegin(spans, firstRequests).map((i) => {
    const { startMs = null, firstOutputMs = null } = spans.samples[i] ?? {};
    const ttftMs = startMs === null || firstOutputMs === null ? null : firstOutputMs - startMs;
    return { openMs: (endMs[i] ?? 0) - (beginMs[i] ?? 0), ttftMs };
  });
  const leastMs = Math.min(...first.map(({ ttftMs }) => ttftMs ?? Number.POSITIVE_INFINITY));
  return quantile(
    first.map(({ openMs, ttftMs }) => openMs - (ttftMs === null ? 0 : ttftMs - leastMs)),
    0.5,
  );
}
