import { z } from 'zod';
import { requestMetricNames } from '../../metric-names.ts';
import { integerSchema, numberSchema } from '../../number-schema.ts';

export const requestsField = integerSchema(1, 1_000_000).default(150);
export const concurrencySchema = integerSchema(1, 100_000);
export const durationMsField = integerSchema(100, 86_400_000)
  .optional()
  .describe('Maximum time in milliseconds from the start of the stage to the start of a request. Default: no limit');
export const stageFields = { requests: requestsField, durationMs: durationMsField };
export const rampMsField = integerSchema(0, 86_400_000).optional();

export function stagesSchema<Fields extends z.ZodRawShape>(fields: Fields) {
  return z.array(z.strictObject(fields)).min(1).max(50);
}

/** Request metrics that can be computed from a sample alone, without its timeline. */
export const stoppingMetricNames = requestMetricNames.filter((name) => name !== 'chunkGapMs');

export const stoppingMetricSchema = z.enum(stoppingMetricNames).meta({ id: 'SloMetric' });

export const whenFullSchema = z.enum(['refuse', 'wait']).meta({
  id: 'WhenFull',
  description:
    'What happens to a request that is due while maxConcurrency streams are open. refuse: it is not sent. wait: it waits for a stream, and scheduledLatencyMs includes the wait',
});

const stopWhenSchema = z.strictObject({
  metric: stoppingMetricSchema,
  statistic: z.enum(['p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'mean']).meta({ id: 'StopWhenStatistic' }),
  relativeHalfWidth: numberSchema(0.001, 1).describe(
    'Half the width of the 95 % interval as a share of the value. For example, 0.05 means ± 5 %',
  ),
  minRequests: integerSchema(10, 1_000_000)
    .default(50)
    .describe('Minimum good requests before a stop. A mean requires at least 100'),
});
export type StopWhen = z.infer<typeof stopWhenSchema>;

/** Minimum number of requests for a mean. A mean of fewer requests has an unreliable interval (docs/statistics.md). */
const leastForMean = 100;

/** Returns the number of successful requests that a stage needs before it may stop early. */
export function computeRequestsBeforeStop({
  statistic,
  minRequests,
}: Pick<StopWhen, 'statistic' | 'minRequests'>): number {
  return statistic === 'mean' ? Math.max(minRequests, leastForMean) : minRequests;
}

export const commonFields = {
  stopWhen: stopWhenSchema
    .optional()
    .describe('Precision at which a stage stops. Its remaining requests are not sent (`precision_reached`)'),
  warmupRequests: integerSchema(0, 10_000)
    .default(5)
    .describe('Number of warm-up requests of each stage, which its results exclude'),
};
