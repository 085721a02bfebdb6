import { z } from 'zod';

/** Configuration of a simulated provider. All times are in ms, before they are multiplied by `timeScale`. */

const share = z.number().min(0).max(1);
const notNegative = z.number().min(0);
const positive = z.number().positive();
const ms = notNegative;
const count = z.number().int().min(0);
const atLeastOne = z.number().int().min(1);

const noiseSchema = z.strictObject({
  kind: z.enum(['lognormal', 'normal']).default('lognormal'),
  cv: z.number().min(0).max(3).default(0).describe('Standard deviation of a factor with mean 1'),
});
export type Noise = z.infer<typeof noiseSchema>;

const loadSchema = z.strictObject({
  gain: notNegative.default(0).describe('Slowdown at `reference` streams in flight: times are multiplied by 1 + gain'),
  reference: z.number().int().min(2).default(30),
  power: positive.default(1),
  unevennessCv: z.number().min(0).max(3).default(0).describe('Variation of the slowdown between streams'),
});
export type LoadCurve = z.infer<typeof loadSchema>;

const latencySchema = z.strictObject({
  ttft: z
    .strictObject({
      baseMs: ms.default(20),
      perInputTokenMs: ms.default(0.02),
      noise: noiseSchema.prefault({}),
      load: loadSchema.prefault({}),
    })
    .prefault({}),
  outputToken: z
    .strictObject({
      ms: ms.default(2),
      noise: noiseSchema.prefault({}).describe('Variation between streams'),
      load: loadSchema.prefault({}),
      jitterMs: ms.default(0).describe('Standard deviation of the time of each chunk'),
    })
    .prefault({}),
});
export type Latency = z.infer<typeof latencySchema>;

const tokensPerChunkSchema = z.union([
  atLeastOne.max(10_000),
  z.strictObject({ min: atLeastOne, max: atLeastOne.max(10_000) }),
]);
export type TokensPerChunk = z.infer<typeof tokensPerChunkSchema>;

const failures = [
  'http-error',
  'rate-limited',
  'redirect',
  'reset',
  'not-http',
  'hang-before-headers',
  'hang-after-headers',
  'stall',
  'truncated-cut',
  'truncated-end',
  'reset-mid-stream',
  'garbage-event',
  'error-event',
  'empty-output',
  'json-instead-of-stream',
  'wrong-content-type',
  'huge-response',
] as const;

/** Faults that do not damage the answer, so a client must accept the answer. */
const oddities = [
  'slow-tail',
  'comments',
  'crlf',
  'many-events-per-write',
  'split-event',
  'split-utf8',
  'usage-events',
  'no-done',
  'reasoning',
  'tool-calls',
  'close-delimited',
  'stale-keep-alive',
] as const;

export const faultKinds = [...failures, ...oddities] as const;
export type FaultKind = (typeof faultKinds)[number];
export const oddButGood: ReadonlySet<string> = new Set(oddities);

export const faultSchema = z.strictObject({
  kind: z.enum(faultKinds),
  // Four fields select the requests that a fault affects (default: all). The first rule that matches a request applies.
  every: atLeastOne.optional().describe('Each k-th request: k, 2k, 3k, …'),
  requests: z.array(atLeastOne).optional().describe('Requests by number, from 1'),
  first: atLeastOne.optional().describe('The first n requests'),
  probability: share.optional(),
  status: z.number().int().min(400).max(599).default(500).describe('Status of http-error'),
  retryAfter: z
    .union([z.number().min(0), z.literal('date'), z.null()])
    .default(1)
    .describe('Retry-After of rate-limited: seconds, a date one second ahead, or no header (null)'),
  afterTokens: count.default(10).describe('Tokens sent before a fault within the stream'),
  tailMs: ms.default(500).describe('Delay of slow-tail; time that stale-keep-alive keeps an idle connection'),
  bytes: atLeastOne.default(64 * 1024 * 1024).describe('Size of huge-response'),
  location: z.string().default('/elsewhere').describe('Location of redirect'),
});
export type Fault = z.infer<typeof faultSchema>;

const rateLimitSchema = z.strictObject({
  requests: atLeastOne,
  windowMs: positive.default(60_000),
  algorithm: z.enum(['fixed-window', 'token-bucket']).default('fixed-window'),
  retryAfter: z.boolean().default(true),
});
export type RateLimit = z.infer<typeof rateLimitSchema>;

export const modelSchema = z.strictObject({
  description: z.string().default(''),
  latency: latencySchema.prefault({}),
  tokensPerChunk: tokensPerChunkSchema.default(1),
  output: z
    .strictObject({
      lengthMean: positive.default(1.02).describe('Mean length of answers, relative to the requested length'),
      lengthStddev: notNegative.default(0.05),
      defaultTokens: atLeastOne.default(120).describe('Length if the prompt and the limit specify none'),
      correctRate: share.default(1).describe('Share of correct checksum numbers'),
    })
    .prefault({}),
  headers: z
    .enum(['early', 'with-first-token'])
    .default('early')
    .describe('Time at which the response headers are sent'),
  roleEvent: z.enum(['early', 'with-first-token', 'none']).default('with-first-token'),
  rateLimit: rateLimitSchema.optional(),
  capacity: atLeastOne.default(100_000).describe('Maximum concurrent streams; further requests wait'),
  queueLength: count.default(100_000).describe('Maximum waiting requests; further ones get 503'),
  faults: z.array(faultSchema).default([]),
});
export type ModelConfig = z.infer<typeof modelSchema>;
export type ModelInput = z.input<typeof modelSchema>;

export const providerConfigSchema = z.strictObject({
  host: z.enum(['127.0.0.1', '::1', 'localhost']).default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(0),
  apiKey: z.string().min(1).optional().describe('Required Bearer token; without it, no key is required'),
  seed: z.number().int().min(0).default(1),
  timeScale: positive.default(1).describe('Factor of all times: 0.1 is ten times as fast'),
  models: z
    .record(z.string(), modelSchema)
    .refine((models) => Object.keys(models).length > 0, 'must have at least one model'),
  idleCloseMs: ms.optional().describe('Idle time after which a connection is closed without notice to the client'),
  resetAtAccept: z
    .strictObject({ every: atLeastOne.optional(), probability: share.optional() })
    .optional()
    .describe('Connections that are reset before the request is read'),
  logFile: z.string().optional(),
});
export type ProviderConfig = z.infer<typeof providerConfigSchema>;
export type ProviderInput = z.input<typeof providerConfigSchema>;

/** Multiplies all times in a model's configuration by `scale`. */
export function scaleModel(model: ModelConfig, scale: number): ModelConfig {
  if (scale === 1) return model;
  const { ttft, outputToken } = model.latency;
  return {
    ...model,
    latency: {
      ttft: { ...ttft, baseMs: ttft.baseMs * scale, perInputTokenMs: ttft.perInputTokenMs * scale },
      outputToken: { ...outputToken, ms: outputToken.ms * scale, jitterMs: outputToken.jitterMs * scale },
    },
    rateLimit:
      model.rateLimit === undefined ? undefined : { ...model.rateLimit, windowMs: model.rateLimit.windowMs * scale },
    faults: model.faults.map((fault) => ({ ...fault, tailMs: fault.tailMs * scale })),
  };
}
