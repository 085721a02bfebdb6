import type { Interval } from './interval.ts';
import { skewnessCorrectedInterval } from './skewness-corrected-interval.ts';
import { tInterval } from './t-interval.ts';

/**
 * The interval of a mean that reports have: of Student's t and of the same with the skewness taken out, the farther end each.
 * Of skewed values the first misses above and the second below, as a rule; of symmetric ones with heavy tails the second takes
 * chance for skewness. Together they cover in 94-97 % of all laws tried, from 20 values on (docs/statistics.md). In the unit
 * of the values; null for n < 3, or where an end is beyond the range of doubles.
 */
export function meanInterval(values: Float64Array, level = 0.95): Interval | null {
  const plain = tInterval(values, level);
  const corrected = skewnessCorrectedInterval(values, level);
  if (plain === null || corrected === null) return null;
  return {
    level,
    low: Math.min(plain.low, corrected.low),
    high: Math.max(plain.high, corrected.high),
    method: 't, plain and skewness corrected, the farther ends',
  };
}
