import { z } from 'zod';
import { intervalSchema } from '../stats/interval.ts';
import { sortAscending } from '../stats/quantile.ts';
import { wilsonInterval } from '../stats/quantile-interval.ts';
import {
  computeSummaryIntervals,
  type Summary,
  summarizeSorted,
  summaryIntervalsSchema,
  summarySchema,
} from '../stats/summarize.ts';

export const metricValueSchema = z
  .object({
    value: z.number().nullable(),
    n: z.number().int().min(0).describe('Number of requests that the value covers'),
    reason: z.string().nullable().describe('Why the value is null; null if it is not'),
  })
  .meta({ id: 'MetricValue', description: 'One value of a report, with the number of requests that it covers' });
export type MetricValue = z.infer<typeof metricValueSchema>;

export const shareEstimateSchema = metricValueSchema
  .extend({ interval: intervalSchema.nullable().describe('Wilson interval; null if the value is null') })
  .meta({ id: 'ShareEstimate', description: 'A share of requests, with its confidence interval' });
export type ShareEstimate = z.infer<typeof shareEstimateSchema>;

export const statisticsSchema = summarySchema
  .extend({
    reason: z.string().nullable().describe('Why statistics are null; null if none is'),
    intervals: summaryIntervalsSchema
      .nullable()
      .describe('Null if the values are not independent, such as gaps of the same request'),
    quantileError: z
      .number()
      .nullable()
      .describe('Maximum relative error of quantiles from a sketch; null if they are exact'),
  })
  .meta({ id: 'Statistics', description: 'Statistics of one metric over requests, in the unit of the metric' });
export type Statistics = z.infer<typeof statisticsSchema>;

/** Creates the value of a metric. Replaces a value that is not finite with null and the reason. */
export function createMetricValue(value: number | null, n: number, reason: string): MetricValue {
  return value !== null && Number.isFinite(value) ? { value, n, reason: null } : { value: null, n, reason };
}

export function estimateShare(count: number, n: number, reason: string): ShareEstimate {
  return { ...createMetricValue(n === 0 ? null : count / n, n, reason), interval: wilsonInterval(count, n) };
}

/** Computes statistics of values. Omits intervals unless the values are `independent`: at most one per request. */
export function computeStatistics(
  values: ArrayLike<number>,
  whyNone: string,
  options?: { independent: boolean },
): Statistics {
  return computeStatisticsInPlace(new Float64Array(values), whyNone, options);
}

/** Computes the same statistics as `computeStatistics`, but sorts `values` in place. There can be a million values. */
export function computeStatisticsInPlace(
  values: Float64Array,
  whyNone: string,
  { independent = true } = {},
): Statistics {
  const sorted = sortAscending(values);
  const summary: Summary = summarizeSorted(sorted);
  const reason = summary.n === 0 ? whyNone : summary.n === 1 ? 'one value has no standard deviation' : null;
  return { ...summary, reason, intervals: independent ? computeSummaryIntervals(sorted) : null, quantileError: null };
}

/** Returns the numbers that `pick` returns for the items, in the order of the items. Omits null. */
export function pickKnownValues<T>(things: readonly T[], pick: (thing: T) => number | null): Float64Array {
  const values = new Float64Array(things.length);
  let n = 0;
  for (const thing of things) {
    const value = pick(thing);
    if (value !== null) values[n++] = value;
  }
  return values.subarray(0, n);
}
