import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import binomialQuantile from '@stdlib/stats-base-dists-binomial-quantile';
import { normalQuantile } from './distributions.ts';
import type { Interval } from './interval.ts';

export type QuantileInterval = {
  /** The confidence interval, or null if n is below `minimumN`. */
  interval: Interval | null;
  /** The smallest n for which this quantile has an interval at this level. */
  minimumN: number;
};

/**
 * Computes the interval of the p-quantile, in the unit of the values, for independent values of any distribution. The
 * number of values below the quantile is binomial(n, p) (W. J. Conover, Practical Nonparametric Statistics, 3.2).
 * Interpolates each end between two neighboring values, because otherwise the coverage is up to 3 % too high (T. P.
 * Hettmansperger and S. J. Sheather, Statist. Probab. Lett. 4, 1986; for any p: J. Nyblom, ibid. 14, 1992).
 * @param sorted ascending; not checked
 * @param p greater than 0 and less than 1
 */
export function sortedQuantileInterval(sorted: ArrayLike<number>, p: number, level = 0.95): QuantileInterval {
  const minimumN = minimumNForQuantile(p, level);
  const n = sorted.length;
  if (n < minimumN) return { interval: null, minimumN };
  const tail = (1 - level) / 2;
  const ranks = findQuantileRanks(n, p, level);
  const low = interpolate(findEnd(ranks.low, n, p, tail), (rank) => sorted[rank - 1]);
  // The upper end is a lower end of the reversed values: the number of values above the quantile is binomial(n, 1 − p).
  const high = interpolate(findEnd(n + 1 - ranks.high, n, 1 - p, tail), (rank) => sorted[n - rank]);
  if (low === null || high === null) return { interval: null, minimumN };
  return { interval: { level, low, high, method: 'order statistics, interpolated' }, minimumN };
}

/** A point between two sorted values: the value with rank `rank` (`share` is 0) and the next value (`share` is 1). */
type End = { rank: number; share: number };

/** Finds the lower end, which exceeds the true quantile with probability `tail`. */
function findEnd(rank: number, n: number, p: number, tail: number): End {
  const missed = binomialCdf(rank - 1, n, p);
  const missedByNext = binomialCdf(rank, n, p);
  if (rank >= n || missedByNext <= tail) return { rank, share: 0 };
  const odds = (rank * (1 - p)) / ((n - rank) * p);
  const left = missedByNext - tail;
  const gained = tail - missed;
  return { rank, share: gained <= 0 ? 0 : 1 / (1 + (odds * left) / gained) };
}

function interpolate({ rank, share }: End, at: (rank: number) => number | undefined): number | null {
  const value = at(rank);
  if (value === undefined) return null;
  const next = at(rank + 1);
  return share === 0 || next === undefined ? value : value + share * (next - value);
}

/**
 * Returns the smallest n for which an interval exists: pⁿ and (1 − p)ⁿ, the probabilities that all values are on the
 * same side of the quantile, are at most (1 − level)/2. At 95 %: 6 for the median, 72 for p95, 368 for p99.
 */
export function minimumNForQuantile(p: number, level = 0.95): number {
  const tail = (1 - level) / 2;
  const nearer = Math.max(p, 1 - p);
  const n = Math.ceil(Math.log(tail) / Math.log(nearer));
  // Corrects n by 1 if a rounding error of the logarithms moved the result past an integer.
  return n > 1 && nearer ** (n - 1) <= tail ? n - 1 : n;
}

/**
 * Finds the closest ranks (from 1) that enclose the p-quantile with at least probability `level`, with equal tails.
 * @param n at least `minimumNForQuantile`
 */
export function findQuantileRanks(n: number, p: number, level: number): { low: number; high: number } {
  const tail = (1 - level) / 2;
  return { low: findLastRank(n, p, tail), high: n + 1 - findLastRank(n, 1 - p, tail) };
}

/** Returns the largest rank r (at least 1) with P(B < r) ≤ tail, where B is binomial(n, p). */
function findLastRank(n: number, p: number, tail: number): number {
  const rank = binomialQuantile(tail, n, p);
  return binomialCdf(rank, n, p) <= tail ? rank + 1 : Math.max(1, rank);
}

/**
 * Computes Wilson's score interval of a share from 0 to 1 (E. B. Wilson, JASA 22, 1927): all π with |k/n − π| ≤ z·√(π(1
 * − π)/n), where k is `successes`. On average over π, its coverage is close to `level`. Returns null if n = 0. Example:
 * 97 of 100 gives 0.915 to 0.990.
 */
export function wilsonInterval(successes: number, n: number, level = 0.95): Interval | null {
  if (n === 0) return null;
  const z = normalQuantile((1 + level) / 2);
  const share = successes / n;
  const shrink = 1 + (z * z) / n;
  const center = (share + (z * z) / (2 * n)) / shrink;
  const half = (z / shrink) * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n));
  // If there are no successes or no failures, the exact end is 0 or 1; the formula adds a rounding error.
  const low = successes === 0 ? 0 : Math.max(0, center - half);
  const high = successes === n ? 1 : Math.min(1, center + half);
  return { level, low, high, method: 'Wilson' };
}
