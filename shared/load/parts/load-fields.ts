import { z } from 'zod';
import { requestMetricNames, stageMetricNames, statisticNames } from '../../metric-names.ts';

const requestCount = z.number().int().min(1).max(1_000_000);
const concurrency = z.number().int().min(1).max(100_000);
const warmupRequests = z
  .number()
  .int()
  .min(0)
  .max(10_000)
  .default(5)
  .describe('Sent before the clock counts, for each target; kept apart in the report');
const stageDurationMs = z
  .number()
  .int()
  .min(100)
  .max(86_400_000)
  .optional()
  .describe('No request of the stage starts later than this after its start');

const rampMs = z.number().int().min(0).max(86_400_000).optional();

/** Metrics of one request that come from its sample alone. */
export const stoppingMetricNames = requestMetricNames.filter((name) => name !== 'chunkGapMs');
export const stoppingStatisticNames = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'mean'] as const;

const stopWhen = z
  .strictObject({
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
  })
  .optional()
  .describe('A stage sends no more requests once this is known so well; the rest end as not sent, `sure`');

const onSaturation = z
  .enum(['ignore', 'stop_stage', 'stop_levels'])
  .default('ignore')
  .describe(
    'When requests fall due faster than they end, for good: go on, stop the stage, or leave out the later levels of the target, too',
  );

const concurrencyLoadSchema = z.strictObject({
  mode: z.literal('concurrency'),
  stages: z
    .array(
      z.strictObject({
        concurrency,
        requests: requestCount.default(150),
        durationMs: stageDurationMs,
        rampMs: rampMs.describe('The streams start spread evenly over it; a few ms apart if left out'),
      }),
    )
    .min(1)
    .max(50),
  stopWhen,
  warmupRequests,
});
const roundsLoadSchema = z.strictObject({
  mode: z.literal('rounds'),
  stages: z
    .array(z.strictObject({ concurrency, requests: requestCount.default(150), durationMs: stageDurationMs }))
    .min(1)
    .max(50),
  minPeriodMs: z
    .number()
    .int()
    .min(0)
    .max(3_600_000)
    .default(0)
    .describe('Least time from the start of one round to the start of the next'),
  stopWhen,
  warmupRequests,
});
const requestsPerSecond = z.number().positive().max(100_000);
const arrivalSchemas = {
  arrivals: z.enum(['constant', 'poisson', 'gamma']).default('poisson'),
  burstiness: z
    .number()
    .min(0.01)
    .max(100)
    .optional()
    .describe('Of gamma arrivals: squared coefficient of variation of the gaps. 1 is Poisson, more is burstier'),
  maxConcurrency: concurrency
    .default(256)
    .describe('Open streams at most, shared out evenly among the workers of the stage'),
  whenFull: z
    .enum(['refuse', 'wait'])
    .default('refuse')
    .describe(
      'A request that is due while maxConcurrency streams are open is not sent, and says so; or it waits for one to end, and scheduledLatencyMs has its wait',
    ),
  onSaturation,
};

const rateLoadSchema = z.strictObject({
  mode: z.literal('rate'),
  stages: z
    .array(
      z.strictObject({
        requestsPerSecond,
        fromRequestsPerSecond: z
          .number()
          .min(0)
          .max(100_000)
          .optional()
          .describe('The rate goes from here to requestsPerSecond in a straight line; constant if left out'),
        rampMs: rampMs.describe('How long the rate takes to get there; all requests of the stage if left out'),
        requests: requestCount.default(150),
        durationMs: stageDurationMs,
      }),
    )
    .min(1)
    .max(50),
  ...arrivalSchemas,
  stopWhen,
  warmupRequests,
});

const { maxConcurrency, whenFull } = arrivalSchemas;

const traceLoadSchema = z.strictObject({
  mode: z.literal('trace').describe('The requests of a workload of kind trace, each at its own instant'),
  speed: z.number().min(0.001).max(1_000).default(1).describe('2: twice as fast, gaps half as long'),
  maxConcurrency,
  whenFull,
  onSaturation,
  stopWhen,
  warmupRequests,
});

const comparison = { op: z.enum(['<', '<=', '>', '>=']), value: z.number() };

/** What a level must meet: a statistic of a metric of its good requests, or a metric of the whole stage. */
export const searchSloSchema = z.union([
  z.strictObject({ metric: z.enum(requestMetricNames), statistic: z.enum(statisticNames), ...comparison }),
  z.strictObject({ metric: z.enum(stageMetricNames), ...comparison }),
]);

const loadValue = z.number().positive().max(100_000);
const bounds = {
  min: loadValue.default(1).describe('The first level; each further one doubles the load until the search turns'),
  max: loadValue.describe('No level is above it'),
  precision: z.number().min(0.01).max(1).default(0.1).describe('How close, relative to the load, the search comes'),
};

const searchSchema = z.discriminatedUnion('find', [
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

const sweepLoadSchema = z.strictObject({
  mode: z.literal('sweep'),
  over: z.enum(['concurrency', 'rate']).default('concurrency').describe('Streams, or requests per second'),
  values: z.array(loadValue).min(1).max(50).optional().describe('The levels, in this order; or give a search'),
  search: searchSchema.optional().describe('Each level is decided by what the ones before it gave; or give values'),
  requests: requestCount.default(150).describe('Of each level'),
  requestsPerLoad: z
    .number()
    .positive()
    .max(100_000)
    .optional()
    .describe('A level of load L has L times as many requests, where that is more'),
  durationMs: stageDurationMs,
  ...arrivalSchemas,
  stopWhen,
  warmupRequests,
});

export const loadSchema = z.discriminatedUnion('mode', [
  concurrencyLoadSchema,
  roundsLoadSchema,
  rateLoadSchema,
  sweepLoadSchema,
  traceLoadSchema,
]);

export type Load = z.infer<typeof loadSchema>;
export type LoadOf<Mode extends Load['mode']> = Extract<Load, { mode: Mode }>;
export type StopWhen = NonNullable<Load['stopWhen']>;
export type Search = z.infer<typeof searchSchema>;
export type SearchSlo = z.infer<typeof searchSloSchema>;
