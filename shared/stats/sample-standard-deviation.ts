import { mean } from './mean.ts';

/**
 * The sample standard deviation, divisor n − 1. Two passes with the corrected sum of squares
 * (Σd² − (Σd)²/n, d = x − mean), which stays exact where all values lie far from 0. Null for fewer than two values.
 */
export function sampleStandardDeviation(values: ArrayLike<number>): number | null {
  const n = values.length;
  const center = mean(values);
  if (center === null || n < 2) return null;
  let squares = 0;
  let residue = 0;
  for (let i = 0; i < n; i++) {
    const deviation = (values[i] ?? 0) - center;
    squares += deviation * deviation;
    residue += deviation;
  }
  return Math.sqrt(Math.max(0, squares - (residue * residue) / n) / (n - 1));
}
