import { z } from 'zod';
import { beyondRange, intervalSchema } from './interval.ts';
import { mean, requireFinite, sampleStandardDeviation } from './mean.ts';
import { meanInterval } from './mean-interval.ts';
import { sortAscending, sortedQuantile } from './quantile.ts';
import { sortedQuantileInterval } from './quantile-interval.ts';

const statistic = (text: string) => z.number().nullable().describe(text);

export const summarySchema = z.object({
  n: z.number().int().min(0).describe('Number of values'),
  mean: statistic('Arithmetic mean; null for n = 0'),
  stddev: statistic('Sample standard deviation (divisor n − 1); null for n < 2'),
  min: statistic('Smallest value'),
  ...mapPercentiles((p) => statistic(`${100 * p}th percentile, by linear interpolation (type 7)`)),
  max: statistic('Largest value'),
});
export type Summary = z.infer<typeof summarySchema>;

/** Calls `map` with p for each percentile from p25 to p99. Returns an object with the results by percentile name. */
export function mapPercentiles<T>(map: (p: number) => T) {
  return { p25: map(0.25), p50: map(0.5), p75: map(0.75), p90: map(0.9), p95: map(0.95), p99: map(0.99) };
}

/**
 * Computes all statistics of finite numbers in any order, in their unit. A statistic is null if n is too small for it
 * or if its value is too large for a double. No statistic is NaN or infinite.
 */
export function summarizeValues(values: ArrayLike<number>): Summary {
  return summarizeSorted(sortAscending(new Float64Array(values)));
}

/** Computes all statistics of ascending values. Does not check their order. */
export function summarizeSorted(sorted: Float64Array): Summary {
  requireFinite(sorted.subarray(0, 1), sorted.subarray(-1));
  return {
    n: sorted.length,
    mean: toFiniteOrNull(mean(sorted)),
    stddev: toFiniteOrNull(sampleStandardDeviation(sorted)),
    min: sorted[0] ?? null,
    ...mapPercentiles((p) => toFiniteOrNull(sortedQuantile(sorted, p))),
    max: sorted.at(-1) ?? null,
  };
}

function toFiniteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

const reportedIntervalSchema = z
  .object({
    interval: intervalSchema.nullable().describe('95 % interval; null if n is below `minimumN`, or for the `reason`'),
    minimumN: z.number().int().min(1).describe('Smallest n that supports an interval'),
    reason: z.string().nullable().describe('Why there is no interval although n is large enough'),
  })
  .meta({ id: 'ReportedInterval', description: 'An interval, or the n that it needs' });

export const summaryIntervalsSchema = z
  .object({ mean: reportedIntervalSchema, ...mapPercentiles(() => reportedIntervalSchema) })
  .meta({ id: 'SummaryIntervals', description: 'Confidence interval of each statistic, for independent values' });
export type SummaryIntervals = z.infer<typeof summaryIntervalsSchema>;

/** Minimum n for an interval of the mean. For smaller n and heavy tails, intervals miss the true mean too often. */
export const minimumNForMean = 20;

/** Computes the 95 % intervals of the mean and each percentile. Does not check whether `sorted` is ascending. */
export function computeSummaryIntervals(sorted: Float64Array): SummaryIntervals {
  const percentiles = mapPercentiles((p) => ({ ...sortedQuantileInterval(sorted, p), reason: null }));
  return { mean: estimateMean(sorted), ...percentiles };
}

function estimateMean(values: Float64Array): SummaryIntervals['mean'] {
  const minimumN = minimumNForMean;
  if (values.length < minimumN) return { interval: null, minimumN, reason: null };
  const interval = meanInterval(values);
  return { interval, minimumN, reason: interval === null ? beyondRange : null };
}
