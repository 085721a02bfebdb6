import type { Interval } from './interval.ts';
import { mean } from './mean.ts';
import { sampleStandardDeviation } from './sample-standard-deviation.ts';
import { tQuantile } from './t-quantile.ts';

/**
 * Student's interval for the mean: mean ± t(n − 1)·s/√n, in the unit of the values. Exact for normal values, good for
 * others once n is large against their skewness; a studentized bootstrap is better for few skewed ones. Null for n < 2, or
 * where an end is beyond the range of doubles.
 * Example: 1, 2, 3, 4 have 2.5 ± 2.05.
 */
export function tInterval(values: ArrayLike<number> & Iterable<number>, level = 0.95): Interval | null {
  const center = mean(values);
  const stddev = sampleStandardDeviation(values);
  if (center === null || stddev === null) return null;
  // The squares of values that differ by so little are below the range of doubles.
  if (stddev === 0 && Array.prototype.some.call(values, (value) => value !== values[0])) return null;
  const half = (tQuantile((1 + level) / 2, values.length - 1) * stddev) / Math.sqrt(values.length);
  const [low, high] = [center - half, center + half];
  return Number.isFinite(low) && Number.isFinite(high) ? { level, low, high, method: 't' } : null;
}
