import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { loadSchema } from '../load/load-schema.ts';
import { requestMetricNames, stageMetricNames, statisticNames } from '../metric-names.ts';
import { importedSchema } from '../sample/imported.ts';
import { defaultWorkload, workloadSchema } from '../workload/workload-schema.ts';
import { defaultShareTolerance, defaultTolerance } from './default-tolerances.ts';
import { dedicatedInputSchema, dedicatedSchema, pricingInputSchema, pricingSchema } from './pricing.ts';
import { sloSchema } from './slo.ts';
import {
  authSchema,
  payloadSchema,
  querySchema,
  regionSchema,
  secretPattern,
  secretPatternMessage,
} from './target-auth.ts';
import { webhookEventTypes } from './webhook-event.ts';

/** The protocols a target can speak; each is a dialect in `measure/dialects/`. */
export const protocols = [
  'openai-chat',
  'openai-completions',
  'openai-responses',
  'anthropic-messages',
  'tgi',
  'bedrock-converse',
  'sagemaker',
  'gemini',
  'vertex',
] as const;

/** Header names a spec may not set: they belong to the instrument, the transport or the credential. */
export const reservedHeaders = new Set([
  'authorization',
  'host',
  'content-length',
  'content-type',
  'transfer-encoding',
  'connection',
  'accept-encoding',
  'accept',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'keep-alive',
  'proxy-authorization',
  'cookie',
  'user-agent',
  'x-amz-date',
  'x-amz-content-sha256',
]);

const slug = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/, 'use 1 to 40 of a-z 0-9 . _ -, starting with a letter or digit');

const baseUrlSchema = z
  .string()
  .max(2_000)
  .superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null)
      return context.addIssue({ code: 'custom', message: 'is not a URL; use one such as https://api.example.com/v1' });
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      context.addIssue({ code: 'custom', message: 'must start with https:// (or http://)' });
    if (url.username !== '' || url.password !== '')
      context.addIssue({
        code: 'custom',
        message: 'must not carry a user name or password; give the key as apiKey or credentialId',
      });
    if (url.hash !== '' || url.search !== '')
      context.addIssue({
        code: 'custom',
        message:
          'must not carry a query or fragment; give the API root, such as https://api.example.com/v1, and parameters as query',
      });
  });

/** An API key for a target or a webhook secret as it may stand in a spec: write-only. */
const secretText = z.string().min(1).max(4_096).regex(secretPattern, secretPatternMessage);

const headerValue = z
  .string()
  .max(2_000)
  .regex(/^[\t\x20-\x7e]*$/, 'must be printable ASCII on one line');

export const targetSchema = z.strictObject({
  id: slug.optional().describe('Names the target in the report; `target-1`, `target-2`, … if left out'),
  protocol: z.enum(protocols).default('openai-chat'),
  baseUrl: baseUrlSchema.describe('The API root; the protocol appends its path'),
  model: z.string().min(1).max(300),
  apiKey: secretText
    .optional()
    .describe('Write-only: becomes an ephemeral credential and is deleted when the run ends'),
  credentialId: idSchema('credential').optional(),
  auth: authSchema.optional().describe("How the key is sent; the protocol's own way if left out"),
  region: regionSchema.optional().describe('AWS only; read from an amazonaws.com host name if left out'),
  runFrom: regionSchema
    .optional()
    .describe('Where its workers run: a worker region of the deployment; where the deployment is, if left out'),
  query: querySchema.optional().describe("Added to each request's URL, such as Azure's api-version; not for secrets"),
  headers: z
    .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, 'is not a header name'), headerValue)
    .default({})
    .describe('Not for secrets: headers are shown in the run'),
  body: z.record(z.string(), z.json()).default({}).describe('Sampling parameters added to each request body'),
  connection: z
    .enum(['reuse', 'fresh'])
    .default('reuse')
    .describe('Keep connections open between requests, or open one for each'),
  maxTokensField: z.enum(['max_tokens', 'max_completion_tokens']).default('max_tokens'),
  payload: payloadSchema.optional().describe("sagemaker only: what its container speaks; 'openai-chat' if left out"),
  pricing: pricingInputSchema.optional(),
  dedicated: dedicatedInputSchema.optional(),
});

const defaultLoad = { mode: 'concurrency', stages: [{ concurrency: 5, requests: 150 }], warmupRequests: 5 } as const;

export const limitsSchema = z.strictObject({
  requestTimeoutMs: z.number().int().min(100).max(600_000).default(90_000).describe('From start to the last byte'),
  firstTokenTimeoutMs: z
    .number()
    .int()
    .min(100)
    .max(600_000)
    .optional()
    .describe('From start to the first output event'),
  stallTimeoutMs: z
    .number()
    .int()
    .min(100)
    .max(600_000)
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
    targetId: slug.optional(),
    metric: z.enum(requestMetricNames),
    statistic: z.enum(statisticNames),
    ...assertionLimit,
  }),
  z.strictObject({ targetId: slug.optional(), metric: z.enum(stageMetricNames), ...assertionLimit }),
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

const webhookUrlSchema = z
  .string()
  .max(2_000)
  .superRefine((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (url === null)
      return context.addIssue({
        code: 'custom',
        message: 'is not a URL; use one such as https://hooks.example.com/tokenmeter',
      });
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      context.addIssue({ code: 'custom', message: 'must start with https:// (or http://)' });
    if (url.username !== '' || url.password !== '')
      context.addIssue({ code: 'custom', message: 'must not carry a user name or password' });
  });

export const webhookSubscriptionSchema = z.strictObject({
  url: webhookUrlSchema,
  events: z
    .array(z.enum(webhookEventTypes))
    .min(1)
    .max(webhookEventTypes.length)
    .default(['run.completed', 'run.failed', 'run.canceled']),
});

/** What `POST /v1/runs` takes, before cross-field checks (`checkRunSpec`). */
export const runSpecInputSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional()
    .describe('Same seed, same prompts. Drawn, and shown in the run, if left out'),
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

/**
 * A target as it is stored: named, with its key replaced by a credential (null: the target needs none), and its prices looked
 * up in the price book.
 */
export const storedTargetSchema = targetSchema.omit({ apiKey: true, credentialId: true, id: true }).extend({
  id: slug,
  credentialId: idSchema('credential').nullable(),
  pricing: pricingSchema.optional(),
  dedicated: dedicatedSchema.optional(),
});
export type Target = z.infer<typeof storedTargetSchema>;

/** The spec as it is stored, returned and hashed: all defaults filled in, no secret, the seed drawn, webhooks held apart. */
export const runSpecSchema = runSpecInputSchema.omit({ webhooks: true }).extend({
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1),
  targets: z.array(storedTargetSchema).min(1).max(20),
  imported: importedSchema.optional().describe('Of an imported run alone: its stages are these, and nothing is sent'),
});

export type RunSpec = z.infer<typeof runSpecSchema>;
export type Workload = RunSpec['workload'];
export type Assertion = z.infer<typeof assertionSchema>;
export type Protocol = (typeof protocols)[number];
export type WebhookSubscription = z.infer<typeof webhookSubscriptionSchema>;
