import { compensatedSum } from './compensated-sum.ts';

/** The arithmetic mean: compensated sum over n. Null for no values. Same unit as the values. */
export function mean(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : compensatedSum(values) / values.length;
}
