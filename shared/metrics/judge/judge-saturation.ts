import { tQuantile } from '../../stats/distributions.ts';
import { ordinaryLeastSquares } from '../../stats/ordinary-least-squares.ts';

/** How many requests had fallen due and had not ended, and how many had fallen due, at an instant after the start. */
export type BacklogPoint = { atMs: number; backlog: number; due: number };

export type Saturation = {
  /** Requests per second by which the backlog grows, and the lower end of its 95 % interval. */
  growthPerSecond: number;
  lowPerSecond: number;
  /** At which requests fell due meanwhile. */
  duePerSecond: number;
};

/** Before this much time, and before so many service times, the streams that fill up at the start look like a backlog. */
const minElapsedMs = 10_000;
const minServiceTimes = 10;
const blocks = 8;
/** A backlog that grows by less of what falls due than this may be the ebb and flow of the arrivals. */
const minShare = 0.05;
const minBacklog = 10;
const levelIndex = 0.95;

/**
 * Whether requests fall due faster than they end, for good: over the second half of the time since the start (or the end of
 * a ramp) the backlog grows, by more than 5 % of what falls due, at the lower end of the slope's 95 % interval. The slope is
 * by least squares through the means of eight blocks of time, since points close to one another are not independent.
 * Null where it is not so, or cannot be told yet: before 10 s, and before 10 service times of the first requests.
 * @param points in order of time, since the start or the end of the ramp
 * @param serviceMs how long requests were open when there was no backlog: the first ones
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
    growthPerSecond - tQuantile((1 + levelIndex) / 2, result.fit.degreesOfFreedom) * Math.sqrt(variance);
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
