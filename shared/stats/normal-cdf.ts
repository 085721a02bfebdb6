import cdf from '@stdlib/stats-base-dists-normal-cdf';

/** P(Z ≤ z) of the standard normal distribution. For an upper tail give −z, which keeps its digits. */
export function normalCdf(z: number): number {
  return cdf(z, 0, 1);
}
