import cdf from '@stdlib/stats-base-dists-normal-cdf';
import quantile from '@stdlib/stats-base-dists-normal-quantile';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

/** Returns P(Z ≤ z) of the standard normal distribution. For an upper tail pass −z, which keeps its digits. */
export function normalCdf(z: number): number {
  return cdf(z, 0, 1);
}

/** Returns the p-quantile of the standard normal distribution; ∓Infinity at 0 and 1. */
export function normalQuantile(p: number): number {
  return quantile(p, 0, 1);
}

/** Returns the p-quantile of Student's t distribution; the degrees of freedom are above 0. */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  return studentQuantile(p, degreesOfFreedom);
}

/** A term this small relative to the sum no longer changes it. */
const negligible = 1e-17;

/**
 * Returns the probability that a Poisson variable with this mean is at least k; 1 for k = 0. Sums the shorter side from
 * its largest term outward, so a small tail keeps its digits.
 */
export function poissonTail(k: number, mean: number): number {
  if (k <= 0) return 1;
  if (mean <= 0) return 0;
  if (k > mean) return poissonProbability(k, mean) * sumOfTerms((i) => mean / (k + i));
  return Math.max(0, 1 - poissonProbability(k - 1, mean) * sumOfTerms((i) => (k - i) / mean));
}

/** Returns the probability of exactly k, through its logarithm, so that no mean is too large. */
function poissonProbability(k: number, mean: number): number {
  let logarithm = -mean;
  for (let i = 1; i <= k; i++) logarithm += Math.log(mean / i);
  return Math.exp(logarithm);
}

/** Returns 1 + q(1) + q(1)·q(2) + … for falling quotients, until a term is negligible or 0. */
function sumOfTerms(quotient: (i: number) => number): number {
  let sum = 1;
  let term = 1;
  for (let i = 1; term > negligible * sum; i++) {
    term *= quotient(i);
    sum += term;
  }
  return sum;
}
