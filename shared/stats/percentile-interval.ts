import type { Interval } from './interval.ts';
import { sortedQuantile } from './quantile.ts';

/**
 * The percentile bootstrap interval (B. Efron, Ann. Statist. 7, 1979): the quantiles (type 7) of the replicates that leave
 * (1 − level)/2 beyond each end. Null for no replicates, or one that is not a number.
 */
export function percentileInterval(replicates: Float64Array, level = 0.95): Interval | null {
  const sorted = replicates.slice().sort();
  const tail = (1 - level) / 2;
  const low = sortedQuantile(sorted, tail);
  const high = sortedQuantile(sorted, 1 - tail);
  // NaN sorts last.
  if (low === null || high === null || !Number.isFinite(sorted.at(-1)) || !Number.isFinite(low)) return null;
  return { level, low, high, method: 'bootstrap, percentile' };
}
