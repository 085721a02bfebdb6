import { z } from 'zod';
import { requestMetricNames, stageMetricNames, statisticNames } from '../../metric-names.ts';

const comparison = { op: z.enum(['<', '<=', '>', '>=']), value: z.number() };

/** What a level must meet: a statistic of a metric of its good requests, or a metric of the whole stage. */
const searchSloSchema = z.union([
  z.strictObject({ metric: z.enum(requestMetricNames), statistic: z.enum(statisticNames), ...comparison }),
  z.strictObject({ metric: z.enum(stageMetricNames), ...comparison }),
]);
export type SearchSlo = z.infer<typeof searchSloSchema>;

export const loadValueSchema = z.number().positive().max(100_000);

const bounds = {
  min: loadValueSchema.default(1).describe('The first level; each further one doubles the load until the search turns'),
  max: loadValueSchema.describe('No level is above it'),
  precision: z.number().min(0.01).max(1).default(0.1).describe('How close, relative to the load, the search comes'),
};

export const searchSchema = z.discriminatedUnion('find', [
  z.strictObject({
    find: z
      .literal('knee')
      .describe('The load at which the first throughput per load would give the highest throughput'),
    ...bounds,
    minGain: z
      .number()
      .min(0.01)
      .max(0.9)
      .default(0.1)
      .describe('Throughput has levelled off where more load adds less than this share of what load gave so far'),
  }),
  z.strictObject({
    find: z.literal('slo').describe('The highest load that meets the SLOs'),
    ...bounds,
    slos: z.array(searchSloSchema).min(1).max(10).describe('All must be met'),
  }),
]);
export type Search = z.infer<typeof searchSchema>;

/** What the levels of a sweep are: numbers of streams, or requests per second. */
export type LoadUnit = 'concurrency' | 'rate';
