import { z } from 'zod';
import { requestMetricNames } from '../../metric-names.ts';

export const requestsField = z.number().int().min(1).max(1_000_000).default(150);
export const concurrencySchema = z.number().int().min(1).max(100_000);
export const durationMsField = z
  .number()
  .int()
  .min(100)
  .max(86_400_000)
  .optional()
  .describe('Maximum time in milliseconds from the start of the stage to the start of a request. Default: no limit');
export const rampMsField = z.number().int().min(0).max(86_400_000).optional();

/** The metrics of a single request that its sample alone provides. */
export const stoppingMetricNames = requestMetricNames.filter((name) => name !== 'chunkGapMs');

const stopWhenSchema = z.strictObject({
  metric: z.enum(stoppingMetricNames),
  statistic: z.enum(['p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'mean']),
  relativeHalfWidth: z
    .number()
    .min(0.001)
    .max(1)
    .describe('Half the width of the 95 % interval as a share of the value. For example, 0.05 means ± 5 %'),
  minRequests: z
    .number()
    .int()
    .min(10)
    .max(1_000_000)
    .default(50)
    .describe('Minimum good requests before a stop. A mean requires at least 100'),
});
export type StopWhen = z.infer<typeof stopWhenSchema>;

/** Minimum requests for a mean. The 95 % interval of a Pareto law of index 3 covers 91 % with 30 values (docs/statistics.md). */
const leastForMean = 100;

/** Returns the number of good requests that a stage needs before it may stop. */
export function requestsBeforeStop({ statistic, minRequests }: Pick<StopWhen, 'statistic' | 'minRequests'>): number {
  return statistic === 'mean' ? Math.max(minRequests, leastForMean) : minRequests;
}

/** The fields of every load. */
export const commonFields = {
  stopWhen: stopWhenSchema
    .optional()
    .describe('Precision at which a stage stops. Its remaining requests are not sent (`precision_reached`)'),
  warmupRequests: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(5)
    .describe('Number of warm-up requests of each stage, which its results exclude'),
};
