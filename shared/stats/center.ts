import { compensatedSum } from './compensated-sum.ts';
import { dot } from './dot.ts';

/** The mean, what each value lies from it, and the length (root of the sum of squares) of those deviations. */
export function center(values: Float64Array): { mean: number; deviations: Float64Array; length: number } {
  const mean = compensatedSum(values) / values.length;
  const deviations = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) deviations[i] = (values[i] ?? 0) - mean;
  return { mean, deviations, length: Math.sqrt(dot(deviations, deviations)) };
}
