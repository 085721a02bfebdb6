import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import binomialQuantile from '@stdlib/stats-base-dists-binomial-quantile';

/**
 * Finds the order statistics, counted from 1, that enclose the p-quantile at least as often as `level` says, with equal
 * tails: the innermost ones that do.
 * @param n at least `minimumNForQuantile`
 */
export function findQuantileRanks(n: number, p: number, level: number): { low: number; high: number } {
  const tail = (1 - level) / 2;
  return { low: findLastRank(n, p, tail), high: n + 1 - findLastRank(n, 1 - p, tail) };
}

/** The largest rank r with P(B < r) ≤ tail for B binomial(n, p); at least 1 for n of at least `minimumNForQuantile`. */
function findLastRank(n: number, p: number, tail: number): number {
  const rank = binomialQuantile(tail, n, p);
  return binomialCdf(rank, n, p) <= tail ? rank + 1 : Math.max(1, rank);
}
