import { z } from 'zod';

/* What a run of a tool came to, as `--json` keeps it and `--render` reads it again. */

/** Absolute errors, |reported − true|, over the requests of a run; milliseconds. */
const errorSummarySchema = z.object({ n: z.number(), p50: z.number(), p99: z.number(), max: z.number() });
export type ErrorSummary = z.infer<typeof errorSummarySchema>;

/** What every tool is asked for, the same for all. */
const peerLoadSchema = z.object({
  /** Streams held open, each sending its next request as soon as its last one has ended. */
  concurrency: z.number(),
  requests: z.number(),
  /** Sent before, and left out, by the tools that have such an option. */
  warmupRequests: z.number(),
  outputTokens: z.number(),
  promptWords: z.number(),
});
export type PeerLoad = z.infer<typeof peerLoadSchema>;

const comparisonSchema = z.object({
  /** Requests that the tool reported and the server logged. */
  matched: z.number(),
  ttft: errorSummarySchema.nullable(),
  tpot: errorSummarySchema.nullable(),
  e2e: errorSummarySchema.nullable(),
  /** Requests a second, of those that were matched: as reported; over the span that the tool means; from first to last. */
  reportedRate: z.number().nullable(),
  trueRateOfItsSpan: z.number(),
  trueRate: z.number(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

const toolRunSchema = comparisonSchema.extend({
  tool: z.string(),
  load: peerLoadSchema,
  startedAt: z.iso.datetime(),
  /** One-minute load average as the tool started. */
  loadAverage: z.number(),
  wallSeconds: z.number(),
  /** Requests that the server got, the warm-up's among them. */
  served: z.number(),
  /** CPU seconds of the tool's process tree from its start to its end: loading, preparing and reporting too. */
  cpuSeconds: z.number(),
  /** From the server's first receipt to the last token it sent. */
  cpuSecondsUnderLoad: z.number().nullable(),
  /** Of the part that measures, over its work on the run, where the tool can tell. */
  cpuSecondsMeasuring: z.number().nullable(),
  /** How long after the last token the end of the stream was written, at most: how far the two truths of e2e are apart. */
  endAfterLastTokenMaxMs: z.number(),
});
export type ToolRun = z.infer<typeof toolRunSchema>;

/** A run as one of several. */
const roundRunSchema = toolRunSchema.extend({ round: z.number() });
export type RoundRun = z.infer<typeof roundRunSchema>;

const reportSchema = z.object({
  tool: z.object({
    name: z.string(),
    /** Which of its figures are taken and what they mean; printed below the table. */
    definitions: z.object({ ttft: z.string(), tpot: z.string(), e2e: z.string(), rate: z.string() }),
    /** Where its end-to-end latency ends: the truth that it is held against. */
    e2eEndsAt: z.enum(['last token', 'end of stream']),
  }),
  version: z.string(),
  runs: z.array(roundRunSchema),
  failures: z.array(z.string()),
});
export type ToolReport = z.infer<typeof reportSchema>;

/** A bench's outcome: the machine in a few lines of Markdown, and each tool's runs. */
export const benchSchema = z.object({ machine: z.string(), reports: z.array(reportSchema) });
export type BenchOutcome = z.infer<typeof benchSchema>;
