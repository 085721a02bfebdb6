import { compensatedSum } from './compensated-sum.ts';
import { dot } from './dot.ts';

/** The mean, what each value lies from it, and the length (root of the sum of squares) of those deviations. */
export function centre(values: Float64Array): { mean: number; deviations: Float64Array; length: number } {
  const mean = compensatedSum(values) / values.length;
  const deviations = values.map((value) => value - mean);
  return { mean, deviations, length: Math.sqrt(dot(deviations, deviations)) };
}
