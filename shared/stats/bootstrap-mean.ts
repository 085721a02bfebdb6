import { bcaInterval } from './bca-interval.ts';
import type { Interval } from './interval.ts';
import { leaveOneOutMeans } from './leave-one-out-means.ts';
import { mean } from './mean.ts';
import { percentileInterval } from './percentile-interval.ts';
import { resampleMeans } from './resample-means.ts';
import type { Resampling } from './resampling.ts';
import { resamplingGenerator } from './resampling-generator.ts';

export type Bootstrapped = Resampling & { value: number; interval: Interval | null };

/**
 * The mean with its bootstrap interval, BCa unless told otherwise. In the unit of the values. Null for n < 2.
 * It costs n·resamples draws: for many values the t interval says the same.
 */
export function bootstrapMean(
  values: Float64Array,
  resampling: Resampling & { level?: number; method?: 'bca' | 'percentile' },
): Bootstrapped | null {
  const { seed, resamples, level = 0.95, method = 'bca' } = resampling;
  const value = mean(values);
  if (value === null || values.length < 2) return null;
  const [replicates = new Float64Array()] = resampleMeans([values], resamples, resamplingGenerator(seed, 'mean'));
  const interval =
    method === 'bca'
      ? bcaInterval(value, replicates, [leaveOneOutMeans(values)], level)
      : percentileInterval(replicates, level);
  return { value, interval, seed, resamples };
}
