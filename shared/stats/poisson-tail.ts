/**
 * The probability that a Poisson number of this mean is at least k: 1 for k = 0. By the terms below k, so that it is exact to
 * rounding for small means; a tail below 1e-12 may come out as 0.
 */
export function poissonTail(k: number, mean: number): number {
  let term = Math.exp(-mean);
  let below = 0;
  for (let i = 0; i < k; i++) {
    below += term;
    term *= mean / (i + 1);
  }
  return Math.min(1, Math.max(0, 1 - below));
}
