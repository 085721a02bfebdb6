import { z } from 'zod';

/* Results of a bench, which `--json` stores and `--render` reads. */

/** Absolute errors, |reported − true|, over the requests of a run, in milliseconds. */
const errorSummarySchema = z.object({ n: z.number(), p50: z.number(), p99: z.number(), max: z.number() });
export type ErrorSummary = z.infer<typeof errorSummarySchema>;

/** Load of all tools. */
const peerLoadSchema = z.object({
  /** Concurrent streams. Each sends its next request when the previous one has ended. */
  concurrency: z.number(),
  requests: z.number(),
  /** Requests that the tools with such an option send before the measurement and exclude. */
  warmupRequests: z.number(),
  outputTokens: z.number(),
  promptWords: z.number(),
});
export type PeerLoad = z.infer<typeof peerLoadSchema>;

const comparisonSchema = z.object({
  /** Number of reported requests that the server logged. */
  matched: z.number(),
  ttft: errorSummarySchema.nullable(),
  tpot: errorSummarySchema.nullable(),
  e2e: errorSummarySchema.nullable(),
  /** Matched requests per second: reported; true over the tool's own span; true from first to last. */
  reportedRate: z.number().nullable(),
  trueRateOfItsSpan: z.number(),
  trueRate: z.number(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

const toolRunSchema = comparisonSchema.extend({
  tool: z.string(),
  load: peerLoadSchema,
  startedAt: z.iso.datetime(),
  /** One-minute load average at the start of the tool. */
  loadAverage: z.number(),
  wallSeconds: z.number(),
  /** Number of requests that the server received, including warm-up. */
  served: z.number(),
  /** CPU seconds of the tool's process tree, including loading, preparation, and reporting. */
  cpuSeconds: z.number(),
  /** CPU seconds from the server's first receipt to its last token. */
  cpuSecondsUnderLoad: z.number().nullable(),
  /** CPU seconds of the measuring part, if the tool reports them. */
  cpuSecondsMeasuring: z.number().nullable(),
  /** Maximum time between the last token and the end of a stream: the difference of the two end-to-end definitions. */
  endAfterLastTokenMaxMs: z.number(),
});
export type ToolRun = z.infer<typeof toolRunSchema>;

const roundRunSchema = toolRunSchema.extend({ round: z.number() });
export type RoundRun = z.infer<typeof roundRunSchema>;

const reportSchema = z.object({
  tool: z.object({
    name: z.string(),
    /** The tool's metrics and their definitions, printed below the table. */
    definitions: z.object({ ttft: z.string(), tpot: z.string(), e2e: z.string(), rate: z.string() }),
    /** End of its end-to-end latency. */
    e2eEndsAt: z.enum(['last token', 'end of stream']),
  }),
  version: z.string(),
  runs: z.array(roundRunSchema),
  failures: z.array(z.string()),
});
export type ToolReport = z.infer<typeof reportSchema>;

/** Outcome of a bench: the machine in Markdown, and the runs of each tool. */
export const benchSchema = z.object({ machine: z.string(), reports: z.array(reportSchema) });
export type BenchOutcome = z.infer<typeof benchSchema>;
