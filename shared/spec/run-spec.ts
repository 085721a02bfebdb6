import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { loadSchema } from '../load/load.ts';
import { defaultLoad } from '../load/modes/registry.ts';
import { requestMetricNames, stageMetricNames, statisticNames } from '../metric-names.ts';
import { importedSchema } from '../sample/imported.ts';
import { defaultWorkload } from '../workload/kinds/registry.ts';
import { workloadSchema } from '../workload/workload.ts';
import { defaultShareTolerance, defaultTolerance } from './default-tolerances.ts';
import { httpUrlSchema } from './http-url.ts';
import { sloSchema } from './slo.ts';
import { storedTargetSchema, targetIdSchema, targetSchema } from './target.ts';
import { webhookEventTypes } from './webhook-event.ts';

const timeoutMsSchema = z.number().int().min(100).max(600_000);

export const limitsSchema = z.strictObject({
  requestTimeoutMs: timeoutMsSchema.default(90_000).describe('From start to the last byte'),
  firstTokenTimeoutMs: timeoutMsSchema.optional().describe('From start to the first output event'),
  stallTimeoutMs: timeoutMsSchema
    .default(30_000)
    .describe(
      'Longest silence once output has begun. A stream that pings keep alive without output is cut off at requestTimeoutMs, as stalled',
    ),
  maxDurationMs: z.number().int().min(1_000).max(86_400_000).default(3_600_000).describe('Of the whole run'),
  maxErrorRate: z
    .number()
    .min(0)
    .max(1)
    .optional()
    .describe('The run stops when, after 20 measured requests or more, a larger share has failed'),
  maxCostUsd: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('The run stops before its tokens cost more; every target needs pricing'),
});

const assertionLimit = {
  op: z.enum(['<', '<=', '>', '>=']),
  value: z.number(),
  relativeToBaseline: z
    .boolean()
    .optional()
    .describe("True: `value` is a ratio, the statistic of this run over the baseline's; 1.05 allows 5 % more"),
};

export const assertionSchema = z.union([
  z.strictObject({
    targetId: targetIdSchema.optional(),
    metric: z.enum(requestMetricNames),
    statistic: z.enum(statisticNames),
    ...assertionLimit,
  }),
  z.strictObject({ targetId: targetIdSchema.optional(), metric: z.enum(stageMetricNames), ...assertionLimit }),
]);

export const baselineSchema = z
  .strictObject({
    runId: idSchema('run').describe('A run of yours that has ended; its targets are matched by id'),
    tolerance: z
      .number()
      .min(0.001)
      .max(10)
      .default(defaultTolerance)
      .describe('Of times and speeds: a ratio from 1 − this to 1 + this counts as the same'),
    shareTolerance: z
      .number()
      .min(0.001)
      .max(1)
      .default(defaultShareTolerance)
      .describe('Of shares (errors, checksums, goodput): a difference of at most this counts as the same'),
  })
  .describe('The run that this one is held against, metric by metric: better, worse, same or inconclusive');

export const webhookSubscriptionSchema = z.strictObject({
  url: httpUrlSchema('https://hooks.example.com/tokenmeter'),
  events: z
    .array(z.enum(webhookEventTypes))
    .min(1)
    .max(webhookEventTypes.length)
    .default(['run.completed', 'run.failed', 'run.canceled']),
});

const seedSchema = z
  .number()
  .int()
  .min(0)
  .max(2 ** 32 - 1);

/** What `POST /v1/runs` takes, before cross-field checks (`checkRunSpec`). */
export const runSpecInputSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  seed: seedSchema.optional().describe('Same seed, same prompts. Drawn, and shown in the run, if left out'),
  targets: z.array(targetSchema).min(1).max(20),
  order: z
    .enum(['sequential', 'interleaved'])
    .default('sequential')
    .describe(
      'sequential: a target after another; interleaved: all targets at once, each under its own full load, request i of each at about the same time',
    ),
  workload: workloadSchema.default(defaultWorkload),
  load: loadSchema.default({ ...defaultLoad, stages: [...defaultLoad.stages] }),
  limits: limitsSchema.prefault({}),
  slos: z
    .array(sloSchema)
    .max(20)
    .default([])
    .describe('Goodput is the share of requests that meet all of them; a failed request meets none'),
  baseline: baselineSchema.optional(),
  assertions: z.array(assertionSchema).max(100).default([]),
  webhooks: z.array(webhookSubscriptionSchema).max(10).default([]),
  metadata: z.record(z.string().min(1).max(100), z.string().max(1_000)).default({}),
});

export type RunSpecInput = z.infer<typeof runSpecInputSchema>;

/** The spec as it is stored, returned and hashed: all defaults filled in, no secret, the seed drawn, webhooks held apart. */
export const runSpecSchema = runSpecInputSchema.omit({ webhooks: true }).extend({
  seed: seedSchema,
  targets: z.array(storedTargetSchema).min(1).max(20),
  imported: importedSchema.optional().describe('Of an imported run alone: its stages are these, and nothing is sent'),
});

export type RunSpec = z.infer<typeof runSpecSchema>;
export type Assertion = z.infer<typeof assertionSchema>;
export type WebhookSubscription = z.infer<typeof webhookSubscriptionSchema>;
