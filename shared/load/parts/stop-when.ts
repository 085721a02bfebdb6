import { z } from 'zod';
import { requestMetricNames } from '../../metric-names.ts';

/** Metrics of one request that come from its sample alone. */
export const stoppingMetricNames = requestMetricNames.filter((name) => name !== 'chunkGapMs');
const stoppingStatisticNames = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'mean'] as const;

const stopWhenSchema = z.strictObject({
  metric: z.enum(stoppingMetricNames),
  statistic: z.enum(stoppingStatisticNames),
  relativeHalfWidth: z
    .number()
    .min(0.001)
    .max(1)
    .describe('Half of the width of the 95 % interval, as a share of the value: 0.05 is ± 5 %'),
  minRequests: z
    .number()
    .int()
    .min(10)
    .max(1_000_000)
    .default(50)
    .describe('Never stop on fewer good requests; on a mean never on fewer than 100'),
});
export type StopWhen = z.infer<typeof stopWhenSchema>;

export const stopWhenField = stopWhenSchema
  .optional()
  .describe('A stage sends no more requests once this is known so well; the rest end as not sent, `precision_reached`');

/**
 * With fewer values the mean of a heavy tail is stopped on before the tail has come up: of a Pareto law of index 3 with 30
 * the interval then covers in 91 %, with 100 in 95 % (docs/statistics.md).
 */
const leastForMean = 100;

/** Returns how many good requests there must be before a stage may stop on the statistic. */
export function requestsBeforeStop({ statistic, minRequests }: Pick<StopWhen, 'statistic' | 'minRequests'>): number {
  return statistic === 'mean' ? Math.max(minRequests, leastForMean) : minRequests;
}
