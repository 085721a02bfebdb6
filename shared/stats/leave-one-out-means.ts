import { compensatedSum } from './compensated-sum.ts';

/** The jackknife of the mean: for each value, the mean of all the others. Of at least two values. */
export function leaveOneOutMeans(values: Float64Array): Float64Array {
  const sum = compensatedSum(values);
  return values.map((value) => (sum - value) / (values.length - 1));
}
