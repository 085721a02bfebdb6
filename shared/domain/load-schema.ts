import { z } from 'zod';

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
  maxConcurrency: concurrency.default(256).describe('Open streams at most'),
  whenFull: z
    .enum(['refuse', 'wait'])
    .default('refuse')
    .describe(
      'A request that is due while maxConcurrency streams are open is not sent, and says so; or it waits for one to end, and scheduledLatencyMs has its wait',
    ),
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
  warmupRequests,
});

export const loadSchema = z.discriminatedUnion('mode', [concurrencyLoadSchema, roundsLoadSchema, rateLoadSchema]);
