/** A term this small beside the sum no longer changes it. */
const negligible = 1e-17;

/**
 * The probability that a Poisson number of this mean is at least k: 1 for k = 0. By the terms of the shorter side, from the one
 * at its edge outwards, so that a small tail keeps its digits; that term by its logarithm, so that no mean is too large.
 */
export function poissonTail(k: number, mean: number): number {
  if (k <= 0) return 1;
  if (mean <= 0) return 0;
  if (k > mean) return poissonProbability(k, mean) * sumOfTerms((i) => mean / (k + i));
  return Math.max(0, 1 - poissonProbability(k - 1, mean) * sumOfTerms((i) => (k - i) / mean));
}

/** The probability of exactly k. */
function poissonProbability(k: number, mean: number): number {
  let logarithm = -mean;
  for (let i = 1; i <= k; i++) logarithm += Math.log(mean / i);
  return Math.exp(logarithm);
}

/** 1 + q(1) + q(1)·q(2) + …, of falling quotients, until a term is negligible or 0. */
function sumOfTerms(quotient: (i: number) => number): number {
  let sum = 1;
  let term = 1;
  for (let i = 1; term > negligible * sum; i++) {
    term *= quotient(i);
    sum += term;
  }
  return sum;
}
