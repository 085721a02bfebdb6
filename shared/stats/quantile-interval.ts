import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import type { Interval } from './interval.ts';
import { findQuantileRanks } from './quantile-ranks.ts';

export type QuantileInterval = {
  /** Null where n is below `minimumN`. */
  interval: Interval | null;
  /** The smallest n for which this quantile has an interval at this level. */
  minimumN: number;
};

/**
 * The interval for the p-quantile of the distribution that the values were drawn from, whatever that distribution is: the
 * number of values below the quantile is binomial(n, p), so that the probability that an order statistic lies below it is
 * known exactly (W. J. Conover, Practical Nonparametric Statistics, 3.2). Order statistics alone cover up to 3 % more than
 * asked, by the steps of the binomial. So each end lies between two of them, where each misses with (1 − level)/2 by the
 * interpolation of T. P. Hettmansperger and S. J. Sheather (Statist. Probab. Lett. 4, 1986; for any p by J. Nyblom, ibid. 14,
 * 1992), which is nearly free of the distribution. Values must be independent. In the unit of the values.
 * @param sorted ascending; not checked
 * @param p between 0 and 1, ends excluded
 */
export function sortedQuantileInterval(sorted: ArrayLike<number>, p: number, level = 0.95): QuantileInterval {
  const minimumN = minimumNForQuantile(p, level);
  const n = sorted.length;
  if (n < minimumN) return { interval: null, minimumN };
  const tail = (1 - level) / 2;
  const ranks = findQuantileRanks(n, p, level);
  const low = interpolate(findEnd(ranks.low, n, p, tail), (rank) => sorted[rank - 1]);
  // The upper end is the lower one of the mirrored problem: n − B is binomial(n, 1 − p).
  const high = interpolate(findEnd(n + 1 - ranks.high, n, 1 - p, tail), (rank) => sorted[n - rank]);
  if (low === null || high === null) return { interval: null, minimumN };
  return { interval: { level, low, high, method: 'order statistics, interpolated' }, minimumN };
}

/** Between the order statistics of ranks `rank` and `rank` + 1, this share of the way. */
type End = { rank: number; share: number };

/** The end that lies above the quantile with a probability of `tail`: between the last rank that misses less and the next. */
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
