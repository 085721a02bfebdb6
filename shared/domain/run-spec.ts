import { z } from 'zod';
import { idSchema } from './ids.ts';
import {
  authSchema,
  payloadSchema,
  querySchema,
  regionSchema,
  secretPattern,
  secretPatternMessage,
} from './target-auth.ts';
import { maxTokenCount, tokenDistributionSchema } from './token-distribution.ts';
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
const isoDate = z.iso.date('use a date, such as 2026-01-31');
const price = z.number().min(0).max(1_000_000);

export const pricingSchema = z.strictObject({
  inputPerMillionTokens: price,
  outputPerMillionTokens: price,
  currency: z.literal('USD').default('USD'),
  asOf: isoDate.optional().describe('The day the prices were read'),
  source: z.string().max(500).optional().describe('Where the prices were read'),
});

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
  pricing: pricingSchema.optional(),
});

const defaultInputTokens = { distribution: 'normal', mean: 550, stddev: 150 } as const;
const defaultOutputTokens = { distribution: 'normal', mean: 150, stddev: 20 } as const;

const contentSha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in lower-case hex')
  .optional()
  .describe('Of the dataset, filled in when the run is created; if given, the dataset must have it');

const sonnetWorkloadSchema = z.strictObject({
  kind: z.literal('sonnet'),
  inputTokens: tokenDistributionSchema
    .default(defaultInputTokens)
    .describe('Of the whole prompt, by the Llama 2 tokenizer'),
  outputTokens: tokenDistributionSchema.default(defaultOutputTokens).describe('Asked for and set as the output limit'),
  checksum: z.boolean().default(true).describe('Ask for a number, given in words, before the lines'),
  cache: z
    .enum(['cold', 'warm'])
    .default('cold')
    .describe('cold: each prompt starts with words of its own, so that no prefix is shared'),
  corpusDatasetId: idSchema('dataset').optional().describe('Lines of your own, in place of the sonnets'),
  corpusSha256: contentSha256,
});

/** Of workloads whose prompts are sent as they stand unless asked otherwise; left out it means `warm`. */
const givenCache = z
  .enum(['cold', 'warm'])
  .optional()
  .describe(
    'warm (if left out): as they stand; cold: words of its own before each prompt, so that no prefix is shared',
  );

const numberWordsWorkloadSchema = z.strictObject({
  kind: z.literal('number-words'),
  min: z.number().int().min(0).max(999_999_999).default(0),
  max: z.number().int().min(0).max(999_999_999).default(10_000),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(32),
  cache: givenCache,
});

const promptText = z.string().min(1).max(1_000_000);
const promptMessageSchema = z.strictObject({ role: z.enum(['system', 'user', 'assistant']), content: promptText });

/** A prompt as it is given, inline or as a line of a dataset: either as one text or as messages. */
export const givenPromptSchema = z.strictObject({
  prompt: promptText.optional().describe('Sent as one user message'),
  messages: z.array(promptMessageSchema).min(1).max(100).optional(),
  maxOutputTokens: z.number().int().min(1).max(100_000).optional(),
});

const promptsWorkloadSchema = z.strictObject({
  kind: z.literal('prompts'),
  prompts: z.array(givenPromptSchema).min(1).max(1_000).describe('Request i gets prompt i modulo their number'),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(256).describe('For prompts that do not say'),
  cache: givenCache,
});

const datasetWorkloadSchema = z.strictObject({
  kind: z.literal('dataset'),
  datasetId: idSchema('dataset').describe('Of POST /v1/datasets; request i gets prompt i modulo their number'),
  datasetSha256: contentSha256,
  promptCount: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Filled in when the run is created; if given, the dataset must have as many'),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(256).describe('For prompts that do not say'),
  cache: givenCache,
});

const corpusLines = z.number().int().min(1);

const llmperfV1WorkloadSchema = z.strictObject({
  kind: z.literal('llmperf-v1'),
  minLines: corpusLines.max(518).default(15).describe('As --min-lines'),
  maxLines: corpusLines.max(519).default(50).describe('As --max-lines: draws stay below it'),
  requestedLines: corpusLines.max(1_000).default(7).describe('As --req-lines'),
  digits: z.number().int().min(1).max(9).default(3).describe('As --num-digits'),
  maxOutputTokens: z.number().int().min(1).max(100_000).default(384).describe('As --max-tokens'),
});

const gaussSchema = z.strictObject({
  mean: z.number().positive().max(maxTokenCount),
  stddev: z.number().min(0).max(maxTokenCount),
});

const llmperfV2WorkloadSchema = z.strictObject({
  kind: z.literal('llmperf-v2'),
  inputTokens: gaussSchema
    .default({ mean: 550, stddev: 150 })
    .describe(
      'Target count with a BOS token: cut towards zero, drawn again below the preamble; the prompt comes out shorter',
    ),
  outputTokens: gaussSchema
    .default({ mean: 150, stddev: 80 })
    .describe('Cut towards zero, drawn again until positive; named in the prompt and set as the output limit'),
});

const turnCount = z.number().int().min(1).max(50);

const conversationWorkloadSchema = z.strictObject({
  kind: z.literal('conversation'),
  turns: z
    .discriminatedUnion('distribution', [
      z.strictObject({ distribution: z.literal('fixed'), value: turnCount }),
      z.strictObject({ distribution: z.literal('uniform'), min: turnCount, max: turnCount }),
      z.strictObject({
        distribution: z.literal('empirical'),
        values: z.array(turnCount).min(1).max(1_000).describe('Drawn with equal chance, or by weight'),
        weights: z.array(z.number().min(0)).max(1_000).optional().describe('One per value'),
      }),
    ])
    .default({ distribution: 'fixed', value: 4 })
    .describe('Turns of a conversation; each turn is a request'),
  history: z
    .literal('scripted')
    .default('scripted')
    .describe("Earlier answers in a prompt are written ahead from the corpus, of the drawn sizes: not the model's own"),
  conversationsAtOnce: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(64)
    .describe('So many conversations take turns: a turn is asked so many requests after the one before it'),
  system: promptText.max(100_000).optional().describe('System message of every conversation'),
  inputTokens: tokenDistributionSchema
    .default({ distribution: 'normal', mean: 200, stddev: 50 })
    .describe('Of what the user says in one turn, by the Llama 2 tokenizer'),
  outputTokens: tokenDistributionSchema
    .default({ distribution: 'normal', mean: 100, stddev: 20 })
    .describe('Of one answer: asked for, set as the output limit, and the size of the scripted answer in later turns'),
  checksum: z.boolean().default(true).describe('Ask for a number, given in words, in each turn'),
  cache: z
    .enum(['cold', 'warm'])
    .default('cold')
    .describe(
      'cold: each conversation starts with words of its own; its turns share their beginning with one another alone',
    ),
});

export const workloadSchema = z.discriminatedUnion('kind', [
  sonnetWorkloadSchema,
  numberWordsWorkloadSchema,
  promptsWorkloadSchema,
  datasetWorkloadSchema,
  llmperfV1WorkloadSchema,
  llmperfV2WorkloadSchema,
  conversationWorkloadSchema,
]);

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

const concurrencyLoadSchema = z.strictObject({
  mode: z.literal('concurrency'),
  stages: z
    .array(z.strictObject({ concurrency, requests: requestCount.default(150), durationMs: stageDurationMs }))
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
const rateLoadSchema = z.strictObject({
  mode: z.literal('rate'),
  arrivals: z.enum(['constant', 'poisson']).default('poisson'),
  stages: z
    .array(
      z.strictObject({
        requestsPerSecond: z.number().positive().max(100_000),
        requests: requestCount.default(150),
        durationMs: stageDurationMs,
      }),
    )
    .min(1)
    .max(50),
  maxConcurrency: concurrency
    .default(256)
    .describe('Open streams at most; a request that is due beyond it is not sent, and says so'),
  warmupRequests,
});

export const loadSchema = z.discriminatedUnion('mode', [concurrencyLoadSchema, roundsLoadSchema, rateLoadSchema]);

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
    .describe('Longest silence once output has begun'),
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

/** Metrics of one request that statistics and assertions can name. */
export const requestMetricNames = [
  'ttftMs',
  'ttfoMs',
  'e2eLatencyMs',
  'scheduledLatencyMs',
  'itlMs',
  'tpotMs',
  'chunkGapMs',
  'outputTokensPerSecond',
  'inputTokens',
  'outputTokens',
  'slipMs',
  'closeLagMs',
] as const;
export const stageMetricNames = [
  'completedRequestsPerMinute',
  'outputTokensPerSecondTotal',
  'errorRate',
  'checksumOkRate',
  'costPerThousandRequestsUsd',
  'achievedConcurrency',
  'achievedRequestsPerSecond',
] as const;
export const statisticNames = ['p25', 'p50', 'p75', 'p90', 'p95', 'p99', 'mean', 'min', 'max', 'stddev'] as const;

export const assertionSchema = z.union([
  z.strictObject({
    target: slug.optional(),
    metric: z.enum(requestMetricNames),
    statistic: z.enum(statisticNames),
    op: z.enum(['<', '<=', '>', '>=']),
    value: z.number(),
  }),
  z.strictObject({
    target: slug.optional(),
    metric: z.enum(stageMetricNames),
    op: z.enum(['<', '<=', '>', '>=']),
    value: z.number(),
  }),
]);

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
  workload: workloadSchema.default({
    kind: 'sonnet',
    inputTokens: defaultInputTokens,
    outputTokens: defaultOutputTokens,
    checksum: true,
    cache: 'cold',
  }),
  load: loadSchema.default({ ...defaultLoad, stages: [...defaultLoad.stages] }),
  limits: limitsSchema.prefault({}),
  assertions: z.array(assertionSchema).max(100).default([]),
  webhooks: z.array(webhookSubscriptionSchema).max(10).default([]),
  metadata: z.record(z.string().min(1).max(100), z.string().max(1_000)).default({}),
});

export type RunSpecInput = z.infer<typeof runSpecInputSchema>;

/** A target as it is stored: named, and with its key replaced by a credential (null: the target needs none). */
export const storedTargetSchema = targetSchema
  .omit({ apiKey: true, credentialId: true, id: true })
  .extend({ id: slug, credentialId: idSchema('credential').nullable() });
export type Target = z.infer<typeof storedTargetSchema>;

/** The spec as it is stored, returned and hashed: all defaults filled in, no secret, the seed drawn, webhooks held apart. */
export const runSpecSchema = runSpecInputSchema.omit({ webhooks: true }).extend({
  seed: z
    .number()
    .int()
    .min(0)
    .max(2 ** 32 - 1),
  targets: z.array(storedTargetSchema).min(1).max(20),
});

export type RunSpec = z.infer<typeof runSpecSchema>;
export type Workload = RunSpec['workload'];
export type Load = RunSpec['load'];
export type Pricing = z.infer<typeof pricingSchema>;
export type Assertion = z.infer<typeof assertionSchema>;
export type Protocol = (typeof protocols)[number];
export type RequestMetricName = (typeof requestMetricNames)[number];
export type StageMetricName = (typeof stageMetricNames)[number];
export type WebhookSubscription = z.infer<typeof webhookSubscriptionSchema>;
