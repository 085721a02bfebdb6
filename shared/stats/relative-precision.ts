import type { Interval } from './interval.ts';

/**
 * How precise a statistic is: half the width of its interval against its size, |high − low| / 2|estimate|. 0.05 reads
 * "± 5 %". Null without an interval, or where the estimate is 0.
 */
export function relativePrecision(estimate: number | null, interval: Interval | null): number | null {
  if (estimate === null || interval === null || estimate === 0) return null;
  const precision = (interval.high - interval.low) / 2 / Math.abs(estimate);
  return Number.isFinite(precision) ? precision : null;
}

/**
 * About how many values it takes until the precision is `wanted`: n·(precision/wanted)², since widths shrink with √n.
 * At least n where it is not reached yet; null where nothing is known. The estimate is as rough as the interval itself.
 * Example: ± 10 % at 100 values needs about 400 for ± 5 %.
 */
export function minimumNForPrecision(n: number, precision: number | null, wanted: number): number | null {
  if (precision === null || !(wanted > 0)) return null;
  return Math.ceil(n * (precision / wanted) ** 2);
}
