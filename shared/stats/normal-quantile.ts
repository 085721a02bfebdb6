import quantile from '@stdlib/stats-base-dists-normal-quantile';

/** The p-quantile of the standard normal distribution; ∓Infinity at 0 and 1. */
export function normalQuantile(p: number): number {
  return quantile(p, 0, 1);
}
