import { compensatedSum } from './compensated-sum.ts';
import type { Interval } from './interval.ts';
import { tQuantile } from './t-quantile.ts';
import { tWithSkewness } from './t-with-skewness.ts';

/**
 * The interval of a mean by Student's t of a transform without skewness (`tWithSkewness`). In the unit of the values; nothing
 * is resampled. A half of `meanInterval`.
 * Null for n < 3, or where an end is beyond the range of doubles; one point where all values are the same.
 */
export function skewnessCorrectedInterval(values: Float64Array, level = 0.95): Interval | null {
  const n = values.length;
  if (n < 3) return null;
  const mean = compensatedSum(values) / n;
  // Deviations are taken again where they are needed: of a million values they are 8 MB.
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const deviation = (values[i] ?? 0) - mean;
    squares += deviation * deviation;
  }
  const length = Math.sqrt(squares);
  const method = 't, skewness corrected';
  if (length === 0)
    return values.some((value) => value !== values[0]) ? null : { level, low: mean, high: mean, method };
  let cubes = 0;
  for (let i = 0; i < n; i++) {
    const share = ((values[i] ?? 0) - mean) / length;
    cubes += share * share * share;
  }
  const standardError = length / Math.sqrt(n * (n - 1));
  const t = tWithSkewness(cubes, n, tQuantile((1 + level) / 2, n - 1));
  const low = mean - standardError * t.high;
  const high = mean - standardError * t.low;
  return Number.isFinite(low) && Number.isFinite(high) ? { level, low, high, method } : null;
}
