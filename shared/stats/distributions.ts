import cdf from '@stdlib/stats-base-dists-normal-cdf';
import quantile from '@stdlib/stats-base-dists-normal-quantile';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

/** Returns P(Z ≤ z) for a standard normal Z. For the upper tail, pass −z, which is more precise than 1 − P(Z ≤ z). */
export function normalCdf(z: number): number {
  return cdf(z, 0, 1);
}

/** Returns the p-quantile of the standard normal distribution: −Infinity for p = 0, Infinity for p = 1. */
export function normalQuantile(p: number): number {
  return quantile(p, 0, 1);
}

/** Returns the p-quantile of Student's t distribution. The degrees of freedom must be above 0. */
export function tQuantile(p: number, degreesOfFreedom: number): number {
  return studentQuantile(p, degreesOfFreedom);
}

/** A term that is smaller than this share of the sum no longer changes the sum. */
const negligible = 1e-17;

/**
 * Returns the probability that a Poisson variable with this mean is at least k (1 if k = 0). Adds the probabilities on
 * the shorter side of k, starting with the largest, so that small results remain precise.
 */
export function poissonTail(k: number, mean: number): number {
  if (k <= 0) return 1;
  if (mean <= 0) return 0;
  if (k > mean) return poissonProbability(k, mean) * sumOfTerms((i) => mean / (k + i));
  return Math.max(0, 1 - poissonProbability(k - 1, mean) * sumOfTerms((i) => (k - i) / mean));
}

/** Returns the probability that a Poisson variable is exactly k. Uses logarithms, so that no factor overflows. */
function poissonProbability(k: number, mean: number): number {
  let logarithm = -mean;
  for (let i = 1; i <= k; i++) logarithm += Math.log(mean / i);
  return Math.exp(logarithm);
}

/** Returns 1 + q(1) + q(1)·q(2) + … for decreasing q, up to the first negligible term. */
function sumOfTerms(quotient: (i: number) => number): number {
  let sum = 1;
  let term = 1;
  for (let i = 1; term > negligible * sum; i++) {
    term *= quotient(i);
    sum += term;
  }
  return sum;
}
