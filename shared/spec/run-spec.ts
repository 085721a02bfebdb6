import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { loadSchema } from '../load/load.ts';
import { defaultLoad } from '../load/modes/registry.ts';
import { requestMetricNames, stageMetricNames } from '../metric-names.ts';
import { comparisonOpSchema, statisticSchema } from '../metric-schemas.ts';
import { integerSchema, numberSchema } from '../number-schema.ts';
import { importedSchema } from '../sample/imported.ts';
import { defaultWorkload } from '../workload/kinds/registry.ts';
import { workloadSchema } from '../workload/workload.ts';
import { sloSchema } from './slo.ts';
import { httpUrlSchema, shownTargetSchema, storedTargetSchema, targetIdSchema, targetSchema } from './target.ts';
import { webhookEventSchema, webhookEventTypes } from './webhook-event.ts';

const timeoutMsSchema = integerSchema(100, 86_400_000);

export const limitsSchema = z.strictObject({
  requestTimeoutMs: timeoutMsSchema
    .default(90_000)
    .describe('Maximum time in milliseconds from the start of a request to its last byte'),
  firstTokenTimeoutMs: timeoutMsSchema
    .optional()
    .describe('Maximum time in milliseconds from the start of a request to its first output event. Default: no limit'),
  stallTimeoutMs: timeoutMsSchema
    .default(30_000)
    .describe(
      'Maximum time in milliseconds without data after the first output. A stream with only keep-alive pings ends at requestTimeoutMs, as stalled',
    ),
  maxDurationMs: integerSchema(1_000, 86_400_000)
    .default(3_600_000)
    .describe(
      'Maximum time in milliseconds for which the run is active. Of each gap in which the service was down, at most two minutes count',
    ),
  maxErrorRate: numberSchema(0, 1)
    .optional()
    .describe('Maximum share of failed requests. After 20 measured requests, a larger share stops the run'),
  maxCostUsd: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('Maximum cost in USD. The run stops before its tokens cost more. Requires pricing for every target'),
});

const assertionLimit = {
  op: comparisonOpSchema,
  value: z.number(),
  relativeToBaseline: z
    .boolean()
    .optional()
    .describe(
      'Whether `value` is a ratio of this run to the baseline, above 0. For example, 1.05 allows 5 % more. Not for chunkGapMs',
    ),
};

export const assertionSchema = z
  .union([
    z.strictObject({
      targetId: targetIdSchema.optional(),
      metric: z.enum(requestMetricNames),
      statistic: statisticSchema,
      ...assertionLimit,
    }),
    z.strictObject({ targetId: targetIdSchema.optional(), metric: z.enum(stageMetricNames), ...assertionLimit }),
  ])
  .meta({ id: 'Assertion' });

/** Default tolerance when ratios are compared: a ratio from 0.95 to 1.05 counts as unchanged. */
export const defaultTolerance = 0.05;

/** Default tolerance when shares, such as error rates, are compared: a difference up to 0.03 counts as unchanged. */
export const defaultShareTolerance = 0.03;

export const baselineSchema = z
  .strictObject({
    runId: idSchema('run').describe('Id of your finished run. Targets are matched by id'),
    tolerance: numberSchema(0.001, 10)
      .default(defaultTolerance)
      .describe('Tolerance of times and speeds: a ratio from 1 − this to 1 + this counts as the same'),
    shareTolerance: numberSchema(0.001, 1)
      .default(defaultShareTolerance)
      .describe('Tolerance of shares (errors, checksums, goodput): a difference up to this counts as the same'),
  })
  .describe('Run to compare with. Each metric is better, worse, same or inconclusive');

export const webhookSubscriptionSchema = z.strictObject({
  url: httpUrlSchema('https://hooks.example.com/tokenmeter'),
  events: z
    .array(webhookEventSchema)
    .min(1)
    .max(webhookEventTypes.length)
    .default(['run.completed', 'run.failed', 'run.canceled']),
});

export const orderSchema = z.enum(['sequential', 'interleaved']).meta({ id: 'Order' });

export const prioritySchema = z.enum(['high', 'normal', 'low']).meta({ id: 'RunPriority' });

const seedSchema = integerSchema(0, 2 ** 32 - 1);

/** Schema of the body of `POST /v1/runs`. `checkRunSpec` checks conflicts between fields. */
export const runSpecInputSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  seed: seedSchema
    .optional()
    .describe('Seed of the prompts. Equal seeds produce equal prompts. Default: a random seed, shown in the run'),
  targets: z.array(targetSchema).min(1).max(20),
  order: orderSchema
    .default('sequential')
    .describe(
      'sequential: one target after another. interleaved: all targets at the same time, each under its full load, with matching requests at about the same time',
    ),
  workload: workloadSchema.default(defaultWorkload),
  load: loadSchema.default({ ...defaultLoad, stages: [...defaultLoad.stages] }),
  limits: limitsSchema.prefault({}),
  slos: z
    .array(sloSchema)
    .max(20)
    .default([])
    .describe(
      'Conditions of a good request. Goodput is the share of requests that meet all of them. Failed requests meet none',
    ),
  baseline: baselineSchema.optional(),
  assertions: z.array(assertionSchema).max(100).default([]),
  webhooks: z.array(webhookSubscriptionSchema).max(10).default([]),
  metadata: z.record(z.string().min(1).max(100), z.string().max(1_000)).default({}),
  recordExchanges: integerSchema(0, 100)
    .optional()
    .describe(
      'Number of first requests of each target to record, with all unusual ones, for `/exchanges`. Default: none is recorded',
    ),
  check: z
    .boolean()
    .optional()
    .describe(
      'Whether the run first sends one request to each target, and fails at once if a target is unusable. Default: true for runs with many requests or a high cost limit, see CHECK_FROM_REQUESTS and CHECK_FROM_USD',
    ),
  priority: prioritySchema
    .optional()
    .describe('Which runs get workers first. `high` needs the scope `runs:prioritize`. Default: normal'),
});

export type RunSpecInput = z.infer<typeof runSpecInputSchema>;

/** Schema of the spec that is stored, returned, and hashed. It has defaults and a seed, but no secrets or webhooks. */
export const runSpecSchema = runSpecInputSchema.omit({ webhooks: true, check: true, priority: true }).extend({
  seed: seedSchema,
  targets: z.array(storedTargetSchema).min(1).max(20),
  imported: importedSchema.optional().describe('Stages of an imported run. Absent for measured runs'),
});

export type RunSpec = z.infer<typeof runSpecSchema>;

/** Schema of a stored spec in responses: of a run, and in a manifest, which omits the ids of credentials. */
export const shownRunSpecSchema = runSpecSchema
  .extend({ targets: z.array(shownTargetSchema) })
  .meta({ id: 'RunSpec', description: 'Spec with all defaults and the seed, without secrets' });
export type Assertion = z.infer<typeof assertionSchema>;
export type WebhookSubscription = z.infer<typeof webhookSubscriptionSchema>;
