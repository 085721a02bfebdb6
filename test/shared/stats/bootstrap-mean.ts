import { bcaInterval } from '../../../shared/stats/bca-interval.ts';
import { centre } from '../../../shared/stats/centre.ts';
import type { Interval } from '../../../shared/stats/interval.ts';
import { leaveOneOutMeans } from '../../../shared/stats/leave-one-out-means.ts';
import { mean } from '../../../shared/stats/mean.ts';
import { percentileInterval } from '../../../shared/stats/percentile-interval.ts';
import { resampleMeans } from '../../../shared/stats/resample-means.ts';
import type { Resampling } from '../../../shared/stats/resampling.ts';
import { resamplingGenerator } from '../../../shared/stats/resampling-generator.ts';
import { resampleTStatistics } from './resample-t-statistics.ts';

type Bootstrapped = Resampling & { value: number; interval: Interval | null };

/**
 * What reports do not use, to be held against what they do: the mean with its bootstrap interval, in the unit of the values. Null for n < 2. By default `studentised` (bootstrap-t,
 * B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 12.5): mean − q·s, q the quantiles of the t statistics of
 * the resamples and s the standard deviation; of skewed and heavy-tailed values it misses less often than `bca` and the t
 * interval. Its interval is null where resamples do not vary, as of a few equal values.
 * It costs n·resamples draws: for many values the t interval says the same.
 */
export function bootstrapMean(
  values: Float64Array,
  resampling: Resampling & { level?: number; method?: 'studentised' | 'bca' | 'percentile' },
): Bootstrapped | null {
  const { seed, resamples, level = 0.95, method = 'studentised' } = resampling;
  const value = mean(values);
  if (value === null || values.length < 2) return null;
  return { value, interval: intervalOf(values, value, { seed, resamples, level, method }), seed, resamples };
}

function intervalOf(
  values: Float64Array,
  value: number,
  { seed, resamples, level, method }: Resampling & { level: number; method: 'studentised' | 'bca' | 'percentile' },
): Interval | null {
  const random = resamplingGenerator(seed, `mean, ${method}`);
  if (method === 'studentised')
    return studentised(values, level, resampleTStatistics(centre(values).deviations, resamples, random));
  const [replicates = new Float64Array()] = resampleMeans([values], resamples, random);
  return method === 'bca'
    ? bcaInterval(value, replicates, [leaveOneOutMeans(values)], level)
    : percentileInterval(replicates, level);
}

function studentised(values: Float64Array, level: number, statistics: Float64Array): Interval | null {
  const { mean, length } = centre(values);
  const stddev = length / Math.sqrt(values.length - 1);
  const ends = percentileInterval(statistics, level);
  const method = 'bootstrap, studentised';
  if (ends === null || !Number.isFinite(stddev)) return null;
  return { level, low: mean - ends.high * stddev, high: mean - ends.low * stddev, method };
}
