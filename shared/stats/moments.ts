/** The mean of n values, and the sum of their squared deviations from the mean. Moments can be merged. */
export type Moments = { n: number; mean: number; squares: number };

export const noMoments: Moments = { n: 0, mean: 0, squares: 0 };

/** Computes moments in two passes, which is precise even if the mean is far from 0. */
export function computeMoments(values: Float64Array): Moments {
  const n = values.length;
  if (n === 0) return noMoments;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / n;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { n, mean, squares };
}

/** Returns the moments of two series combined (T. F. Chan, G. H. Golub and R. J. LeVeque, COMPSTAT 1982). */
export function mergeMoments(a: Moments, b: Moments): Moments {
  const n = a.n + b.n;
  if (n === 0) return noMoments;
  const apart = b.mean - a.mean;
  const squares = a.squares + b.squares + (apart * apart * a.n * b.n) / n;
  return { n, mean: a.mean + (apart * b.n) / n, squares };
}
