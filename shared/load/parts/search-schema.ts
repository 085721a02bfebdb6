import { z } from 'zod';
import { requestMetricNames, stageMetricNames } from '../../metric-names.ts';
import { comparisonOpSchema, statisticSchema } from '../../metric-schemas.ts';
import { numberSchema } from '../../number-schema.ts';

const comparison = { op: comparisonOpSchema, value: z.number() };

/** SLO of a load level: a limit for a statistic of the successful requests, or for a metric of the whole stage. */
const searchSloSchema = z
  .union([
    z.strictObject({ metric: z.enum(requestMetricNames), statistic: statisticSchema, ...comparison }),
    z.strictObject({ metric: z.enum(stageMetricNames), ...comparison }),
  ])
  .meta({ id: 'SearchSlo' });
export type SearchSlo = z.infer<typeof searchSloSchema>;

export const loadValueSchema = z.number().positive().max(100_000);

const bounds = {
  min: loadValueSchema
    .default(1)
    .describe('Load of the first level. Each further level doubles the load until the search narrows'),
  max: loadValueSchema.describe('Maximum load of a level'),
  precision: numberSchema(0.01, 1).default(0.1).describe('Precision of the search, relative to the load'),
};

export const searchSchema = z
  .discriminatedUnion('find', [
    z.strictObject({
      find: z
        .literal('knee')
        .describe(
          'Finds the knee: the load at which the initial throughput per load would reach the highest throughput',
        ),
      ...bounds,
      minGain: numberSchema(0.01, 0.9)
        .default(0.1)
        .describe(
          'Minimum gain in throughput per added load, relative to the throughput per load so far. Throughput with a smaller gain is saturated',
        ),
    }),
    z.strictObject({
      find: z.literal('slo').describe('Finds the highest load that meets the SLOs'),
      ...bounds,
      slos: z.array(searchSloSchema).min(1).max(10).describe('SLOs that a level must all meet'),
    }),
  ])
  .meta({ id: 'LoadSearch' });
export type Search = z.infer<typeof searchSchema>;

/** Unit of a sweep's levels: number of streams, or requests per second. */
export type LoadUnit = 'concurrency' | 'rate';
