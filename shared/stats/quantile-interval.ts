import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import binomialQuantile from '@stdlib/stats-base-dists-binomial-quantile';
import type { Interval } from './interval.ts';

export type QuantileInterval = {
  /** Null where n is below `minimumN`. */
  interval: Interval | null;
  /** The smallest n for which this quantile has an interval at this level. */
  minimumN: number;
};

/** Which order statistics are the ends, counted from 1, and the probability that they enclose the quantile. */
export type QuantileRanks = { low: number; high: number; coverage: number };

/**
 * The interval for the p-quantile of the distribution that the values were drawn from, whatever that distribution is
 * (W. J. Conover, Practical Nonparametric Statistics, 3.2): the number of values below the quantile is binomial(n, p), so
 * two order statistics enclose it with a probability that is known exactly. Equal tails: each end misses with at most
 * (1 − level)/2, so the coverage is at least `level`, and more by what the steps of the binomial add (and ties, which only
 * add). Values must be independent. In the unit of the values.
 * Example: of 100 values the 40th and the 61st enclose the median with a probability of 96.5 %.
 * @param sorted ascending; not checked
 * @param p between 0 and 1, ends excluded
 */
export function quantileIntervalOfSorted(sorted: ArrayLike<number>, p: number, level = 0.95): QuantileInterval {
  const minimumN = minimumNForQuantile(p, level);
  const ranks = sorted.length < minimumN ? null : ranksOf(sorted.length, p, level);
  const low = ranks === null ? undefined : sorted[ranks.low - 1];
  const high = ranks === null ? undefined : sorted[ranks.high - 1];
  if (low === undefined || high === undefined) return { interval: null, minimumN };
  return { interval: { level, low, high, method: 'order statistics' }, minimumN };
}

/** The ranks that `quantileIntervalOfSorted` takes; null where the smallest or the largest of n values lies inside. */
export function quantileRanks(n: number, p: number, level = 0.95): QuantileRanks | null {
  if (n < minimumNForQuantile(p, level)) return null;
  const { low, high } = ranksOf(n, p, level);
  return { low, high, coverage: binomialCdf(high - 1, n, p) - binomialCdf(low - 1, n, p) };
}

function ranksOf(n: number, p: number, level: number): { low: number; high: number } {
  const tail = (1 - level) / 2;
  // The upper end is the lower one of the mirrored problem: n − B is binomial(n, 1 − p).
  return { low: lastWithin(n, p, tail), high: n + 1 - lastWithin(n, 1 - p, tail) };
}

/**
 * The smallest n whose extremes reach beyond the p-quantile with the confidence asked for: the largest value lies below it
 * with probability pⁿ, the smallest above it with (1 − p)ⁿ, and neither may exceed (1 − level)/2.
 * Example: 6 for the median, 72 for p95, 368 for p99, at 95 %.
 */
export function minimumNForQuantile(p: number, level = 0.95): number {
  const tail = (1 - level) / 2;
  const nearer = Math.max(p, 1 - p);
  const n = Math.ceil(Math.log(tail) / Math.log(nearer));
  // The logarithms may round across a whole number.
  return n > 1 && nearer ** (n - 1) <= tail ? n - 1 : n;
}

/** The largest rank r with P(B < r) ≤ tail for B binomial(n, p); at least 1 for n of at least `minimumNForQuantile`. */
function lastWithin(n: number, p: number, tail: number): number {
  const rank = binomialQuantile(tail, n, p);
  return binomialCdf(rank, n, p) <= tail ? rank + 1 : Math.max(1, rank);
}
