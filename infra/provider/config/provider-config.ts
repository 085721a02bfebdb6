import { z } from 'zod';

/* What a simulated provider is made of. Every figure of time is in milliseconds at a time scale of 1. */

const share = z.number().min(0).max(1);
const ms = z.number().min(0);
const count = z.number().int().min(0);

const noiseSchema = z.strictObject({
  kind: z.enum(['lognormal', 'normal']).default('lognormal'),
  cv: z.number().min(0).max(3).default(0).describe('Standard deviation of a factor whose mean is 1'),
});
export type Noise = z.infer<typeof noiseSchema>;

const loadSchema = z.strictObject({
  gain: z.number().min(0).default(0).describe('At `reference` streams in flight, all takes 1 + gain times as long'),
  reference: z.number().int().min(2).default(30),
  power: z.number().positive().default(1),
  unevennessCv: z.number().min(0).max(3).default(0).describe('How differently single streams suffer from the load'),
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
      noise: noiseSchema.prefault({}).describe('Of a whole stream: one fast, another slow'),
      load: loadSchema.prefault({}),
      jitterMs: ms.default(0).describe('Standard deviation of each chunk around its place in the stream'),
    })
    .prefault({}),
});
export type Latency = z.infer<typeof latencySchema>;

const tokensPerChunkSchema = z.union([
  z.number().int().min(1).max(10_000),
  z.strictObject({ min: z.number().int().min(1), max: z.number().int().min(1).max(10_000) }),
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

/** The answer is whole all the same, and a client must read it as a good one. */
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

/** Every way in which an answer can go wrong, or be odd. */
export const faultKinds = [...failures, ...oddities] as const;
export type FaultKind = (typeof faultKinds)[number];
export const oddButGood: ReadonlySet<string> = new Set(oddities);

export const faultSchema = z.strictObject({
  kind: z.enum(faultKinds),
  /** Which requests of the model it strikes: of the rules that match, the first does. All four left out: every request. */
  every: z.number().int().min(1).optional().describe('Each k-th request: k, 2k, 3k, …'),
  requests: z.array(z.number().int().min(1)).optional().describe('Requests by number, from 1'),
  first: z.number().int().min(1).optional().describe('The first n requests'),
  probability: share.optional(),
  status: z.number().int().min(400).max(599).default(500).describe('http-error'),
  retryAfter: z
    .union([z.number().min(0), z.literal('date'), z.null()])
    .default(1)
    .describe('rate-limited: seconds, as a date one second ahead, or no header'),
  afterTokens: count.default(10).describe('Faults in mid-stream: sent before it strikes'),
  tailMs: ms.default(500).describe('slow-tail; stale-keep-alive: how long an idle connection is kept'),
  bytes: z
    .number()
    .int()
    .min(1)
    .default(64 * 1024 * 1024)
    .describe('huge-response'),
  location: z.string().default('/elsewhere').describe('redirect'),
});
export type Fault = z.infer<typeof faultSchema>;

const rateLimitSchema = z.strictObject({
  requests: z.number().int().min(1),
  windowMs: z.number().positive().default(60_000),
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
      lengthMean: z.number().positive().default(1.02).describe('Length of the answer, as a share of what is asked'),
      lengthStddev: z.number().min(0).default(0.05),
      defaultTokens: z.number().int().min(1).default(120).describe('Where neither the prompt nor a limit says'),
      correctRate: share.default(1).describe('Share of checksum numbers that are right'),
    })
    .prefault({}),
  headers: z.enum(['early', 'with-first-token']).default('early').describe('When the response headers go out'),
  roleEvent: z.enum(['early', 'with-first-token', 'none']).default('with-first-token'),
  rateLimit: rateLimitSchema.optional(),
  capacity: z.number().int().min(1).default(100_000).describe('Streams at once; further requests wait'),
  queueLength: count.default(100_000).describe('Requests that may wait; further ones get 503'),
  faults: z.array(faultSchema).default([]),
});
export type ModelConfig = z.infer<typeof modelSchema>;
export type ModelInput = z.input<typeof modelSchema>;

export const providerConfigSchema = z.strictObject({
  host: z.enum(['127.0.0.1', '::1', 'localhost']).default('127.0.0.1'),
  port: z.number().int().min(0).max(65_535).default(0),
  basePath: z
    .string()
    .regex(/^(\/[\w.-]+)*$/)
    .default('/v1'),
  apiKey: z.string().min(1).optional().describe('Asked for as a Bearer token; left out: anybody may'),
  seed: z.number().int().min(0).default(1),
  timeScale: z.number().positive().default(1).describe('0.1: everything ten times as fast'),
  models: z.record(z.string(), modelSchema).refine((models) => Object.keys(models).length > 0, 'name a model'),
  idleCloseMs: ms.optional().describe('Connections idle for longer are closed, without a hint to the client'),
  resetAtAccept: z
    .strictObject({ every: z.number().int().min(1).optional(), probability: share.optional() })
    .optional()
    .describe('Connections that are reset before anything is read'),
  logFile: z.string().optional(),
});
export type ProviderConfig = z.infer<typeof providerConfigSchema>;
export type ProviderInput = z.input<typeof providerConfigSchema>;
