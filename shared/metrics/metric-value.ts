import { z } from 'zod';
import { intervalSchema } from '../stats/interval.ts';
import { sortAscending } from '../stats/quantile.ts';
import {
  computeSummaryIntervals,
  type Summary,
  summarizeSorted,
  summaryIntervalsSchema,
  summarySchema,
} from '../stats/summarize.ts';
import { wilsonInterval } from '../stats/wilson-interval.ts';

export const metricValueSchema = z
  .object({
    value: z.number().nullable(),
    n: z.number().int().min(0).describe('How many requests the value rests on'),
    reason: z.string().nullable().describe('Why the value is null; null where it is not'),
  })
  .meta({ id: 'MetricValue', description: 'One number of a report, with how many requests it rests on' });
export type MetricValue = z.infer<typeof metricValueSchema>;

export const shareEstimateSchema = metricValueSchema
  .extend({ interval: intervalSchema.nullable().describe('By Wilson; null where the value is') })
  .meta({ id: 'ShareEstimate', description: 'A share of requests, with how sure it is' });
export type ShareEstimate = z.infer<typeof shareEstimateSchema>;

export const statisticsSchema = summarySchema
  .extend({
    reason: z.string().nullable().describe('Why statistics are null; null where none is'),
    intervals: summaryIntervalsSchema
      .nullable()
      .describe('Null where values are not independent of each other, as gaps of the same request are not'),
    quantileError: z
      .number()
      .nullable()
      .describe('Quantiles are from a sketch, each within this share of the exact one; null where they are exact'),
  })
  .meta({ id: 'Statistics', description: 'Statistics of one metric over requests, in the unit of the metric' });
export type Statistics = z.infer<typeof statisticsSchema>;

/** Creates the value of a metric: null with the reason where the value is not finite. */
export function createMetricValue(value: number | null, n: number, reason: string): MetricValue {
  return value !== null && Number.isFinite(value) ? { value, n, reason: null } : { value: null, n, reason };
}

/** Estimates the share of requests of which something is true, with its Wilson interval. */
export function estimateShare(count: number, n: number, reason: string): ShareEstimate {
  return { ...createMetricValue(n === 0 ? null : count / n, n, reason), interval: wilsonInterval(count, n) };
}

/**
 * Computes statistics of the values, with the reason where there are none, or only one.
 * @param independent false where several values come from one request: no interval holds then
 */
export function computeStatistics(
  values: ArrayLike<number>,
  whyNone: string,
  options?: { independent: boolean },
): Statistics {
  return computeStatisticsInPlace(new Float64Array(values), whyNone, options);
}

/** Computes the same statistics, but sorts the values in place, since there may be a million of them. */
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
