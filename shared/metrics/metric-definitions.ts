import { z } from 'zod';
import type { RequestMetricName, StageMetricName } from '../domain/run-spec.ts';

export const metricDefinitionSchema = z
  .object({
    unit: z.string(),
    formula: z.string().describe('In terms of the instants and counts of a request, or of other metrics'),
    basis: z
      .enum(['instants', 'chunks', 'tokenizer', 'usage', 'usage, else tokenizer', 'counts', 'answer'])
      .describe('What it is counted on: tokens by the Llama 2 tokenizer or as the server says, chunks, or neither'),
    over: z.string().describe('The requests it is taken over'),
    description: z.string(),
  })
  .meta({ id: 'MetricDefinition', description: 'What a number of the report means' });
export type MetricDefinition = z.infer<typeof metricDefinitionSchema>;

const ok = 'measured requests that are ok';
const issued = 'measured requests that were issued';

const requestDefinitions = {
  ttftMs: {
    unit: 'ms',
    formula: 'first output event − start',
    basis: 'instants',
    over: ok,
    description:
      'Time to first token. An output event has text, reasoning text or tool-call arguments; role-only and empty events do not count.',
  },
  ttfoMs: {
    unit: 'ms',
    formula: 'first event with answer text − start',
    basis: 'instants',
    over: ok,
    description: 'Time to first output that a reader sees: reasoning does not count.',
  },
  e2eLatencyMs: {
    unit: 'ms',
    formula: 'last output event − start',
    basis: 'instants',
    over: ok,
    description:
      'End-to-end latency, from handing the request to the socket. What comes after the last output is closeLagMs.',
  },
  scheduledLatencyMs: {
    unit: 'ms',
    formula: 'last output event − due',
    basis: 'instants',
    over: ok,
    description:
      'Latency from when the schedule wanted the request: shows coordinated omission. Equal to e2eLatencyMs but for the slip.',
  },
  itlMs: {
    unit: 'ms per token',
    formula: 'e2eLatencyMs / N',
    basis: 'tokenizer',
    over: ok,
    description: 'Inter-token latency as LLMPerf and its blog define it: it includes the TTFT. N = outputTokens.',
  },
  tpotMs: {
    unit: 'ms per token',
    formula: '(last output event − first output event) / (N − 1)',
    basis: 'tokenizer',
    over: `${ok} with N ≥ 2`,
    description: 'Time per output token after the first, without the TTFT. N = outputTokens.',
  },
  chunkGapMs: {
    unit: 'ms',
    formula: 'output event k+1 − output event k',
    basis: 'chunks',
    over: `gaps of ${ok}, pooled`,
    description:
      'Gap between successive output events. A time between tokens only where tokensPerChunk is near 1; n counts gaps.',
  },
  outputTokensPerSecond: {
    unit: 'tokens/s',
    formula: 'N / e2eLatencyMs · 1,000',
    basis: 'tokenizer',
    over: ok,
    description: 'Output speed of one request, its TTFT included. N = outputTokens.',
  },
  inputTokens: {
    unit: 'tokens',
    formula: 'count of the prompt',
    basis: 'tokenizer',
    over: ok,
    description: 'By the Llama 2 tokenizer, no special tokens: the same rule for every target.',
  },
  outputTokens: {
    unit: 'tokens',
    formula: 'N = count of the output',
    basis: 'tokenizer',
    over: ok,
    description: 'By the Llama 2 tokenizer, no special tokens, over all output of the request.',
  },
  slipMs: {
    unit: 'ms',
    formula: 'start − due',
    basis: 'instants',
    over: ok,
    description: 'How late the load generator started the request.',
  },
  closeLagMs: {
    unit: 'ms',
    formula: 'end − last output event',
    basis: 'instants',
    over: ok,
    description: 'From the last output to the end of the response; in no latency.',
  },
} as const satisfies Record<RequestMetricName, MetricDefinition>;

const stageDefinitions = {
  completedRequestsPerMinute: {
    unit: 'requests/min',
    formula: 'ok requests that end in the window / window · 60 s',
    basis: 'counts',
    over: ok,
    description: 'In the whole window (first start to last end) and in the steady window (without ramp and drain).',
  },
  outputTokensPerSecondTotal: {
    unit: 'tokens/s',
    formula: 'Σ outputTokens of ok requests that end in the window / window',
    basis: 'tokenizer',
    over: ok,
    description: 'Output throughput of all streams together.',
  },
  totalTokensPerSecondTotal: {
    unit: 'tokens/s',
    formula: 'Σ (inputTokens + outputTokens) of ok requests that end in the window / window',
    basis: 'tokenizer',
    over: ok,
    description: 'Input and output throughput of all streams together.',
  },
  achievedConcurrency: {
    unit: 'requests',
    formula: 'Σ time open within the window / window',
    basis: 'instants',
    over: issued,
    description:
      'Mean number of open requests. Open from start (or due, where the socket was never reached) to end; failures are open too.',
  },
  achievedRequestsPerSecond: {
    unit: 'requests/s',
    formula: '(k − 1) / (last start − first start), k requests started in the window',
    basis: 'counts',
    over: issued,
    description: 'The rate at which requests were in fact started, to compare with the rate asked for.',
  },
  errorRate: {
    unit: 'share',
    formula: 'failed / issued',
    basis: 'counts',
    over: issued,
    description: 'A failure is neither ok nor cancelled by us. errorRateByOutcome gives the same by class.',
  },
  checksumOkRate: {
    unit: 'share',
    formula: 'answers whose first integer equals the number asked for / answers checked',
    basis: 'answer',
    over: ok,
    description: 'The sanity check of the answers; LLMPerf expects 0.97 or more.',
  },
  costPerThousandRequestsUsd: {
    unit: 'USD',
    formula: 'Σ cost of ok requests / ok requests · 1,000',
    basis: 'usage, else tokenizer',
    over: ok,
    description: 'Cost of a request: (input tokens · input price + output tokens · output price) / 10⁶.',
  },
} as const satisfies Record<StageMetricName | 'totalTokensPerSecondTotal', MetricDefinition>;

const answerDefinitions = {
  checksumAnyOkRate: {
    unit: 'share',
    formula: 'answers any integer of which equals the number asked for / answers checked',
    basis: 'answer',
    over: ok,
    description: "LLMPerf version 2's laxer rule.",
  },
  linesFromInput: {
    unit: 'share',
    formula: 'answer lines close to a line of the input / answer lines',
    basis: 'answer',
    over: ok,
    description: 'The second sanity check: does the model pick lines of the poem, as it was told?',
  },
  outputAttainment: {
    unit: 'ratio',
    formula: 'Σ outputTokens / Σ tokens asked for',
    basis: 'tokenizer',
    over: ok,
    description: 'How much of the output length that was asked for came.',
  },
  slowFirstTokenShare: {
    unit: 'share',
    formula: 'requests with ttftMs > 3,000 / requests with a ttftMs',
    basis: 'instants',
    over: ok,
    description: "`overloaded` is true where it is more than 0.05: LLMPerf's rule of thumb.",
  },
  usageInputTokens: {
    unit: 'tokens',
    formula: 'input tokens of `usage`',
    basis: 'usage',
    over: `${ok} and report it`,
    description: "The server's own count of the prompt, its template included.",
  },
  usageOutputTokens: {
    unit: 'tokens',
    formula: 'output tokens of `usage`',
    basis: 'usage',
    over: `${ok} and report it`,
    description: "The server's own count of the output.",
  },
  usageCachedTokens: {
    unit: 'tokens',
    formula: 'cached input tokens of `usage`',
    basis: 'usage',
    over: `${ok} and report it`,
    description: "Input tokens that the server took from its cache; part of the server's input tokens.",
  },
  usageReasoningTokens: {
    unit: 'tokens',
    formula: 'reasoning tokens of `usage`',
    basis: 'usage',
    over: `${ok} and report it`,
    description: "Output tokens spent on reasoning; part of the server's output tokens.",
  },
  usageToTokenizerInput: {
    unit: 'ratio',
    formula: 'Σ usageInputTokens / Σ inputTokens',
    basis: 'usage',
    over: `${ok} and have both`,
    description: "How many input tokens the server counts for each of the tokenizer's.",
  },
  usageToTokenizerOutput: {
    unit: 'ratio',
    formula: 'Σ usageOutputTokens / Σ outputTokens',
    basis: 'usage',
    over: `${ok} and have both`,
    description: "How many output tokens the server counts for each of the tokenizer's.",
  },
  tokensPerChunk: {
    unit: 'tokens/event',
    formula: 'Σ outputTokens / Σ output events',
    basis: 'tokenizer',
    over: ok,
    description: 'Where it is far from 1, chunkGapMs says little about the time between tokens; use tpotMs.',
  },
  chunksPerRead: {
    unit: 'events/read',
    formula: 'Σ output events / Σ reads of the body',
    basis: 'chunks',
    over: ok,
    description: 'Where it is well over 1, something between the model and us holds events back.',
  },
  unstreamedShare: {
    unit: 'share',
    formula: 'requests all of whose output came at one instant / requests with N ≥ 2',
    basis: 'chunks',
    over: ok,
    description: 'Such requests have no real TTFT: the answer was not streamed.',
  },
} as const satisfies Record<string, MetricDefinition>;

const otherDefinitions = {
  failureOpenMs: {
    unit: 'ms',
    formula: 'end − start (or due, where the socket was never reached)',
    basis: 'instants',
    over: 'measured requests that failed',
    description: 'How long failures took; in no latency of the good requests.',
  },
  failureTtftMs: {
    unit: 'ms',
    formula: 'first output event − start',
    basis: 'instants',
    over: 'measured requests that failed after output had begun',
    description: 'TTFT of failures, kept apart.',
  },
  retryAfterMs: {
    unit: 'ms',
    formula: 'Retry-After of the answer',
    basis: 'instants',
    over: 'measured requests that failed with such a header',
    description: 'The waits that the target asked for. Nothing is sent again, so they are only reported.',
  },
  firstTtftMs: {
    unit: 'ms',
    formula: 'ttftMs of the warm-up request that started first',
    basis: 'instants',
    over: 'warm-up requests that are ok',
    description: 'What a cold start costs. Warm-up requests are in no other number.',
  },
  dnsMs: {
    unit: 'ms',
    formula: 'duration of the name look-up',
    basis: 'instants',
    over: 'measured requests that opened a connection',
    description: 'Apart from TTFT, which starts when the request is handed to the open socket.',
  },
  connectMs: {
    unit: 'ms',
    formula: 'duration of the TCP connect',
    basis: 'instants',
    over: 'measured requests that opened a connection',
    description: 'Apart from TTFT.',
  },
  tlsMs: {
    unit: 'ms',
    formula: 'duration of the TLS handshake',
    basis: 'instants',
    over: 'measured requests that opened a connection',
    description: 'Apart from TTFT.',
  },
  costPerRequestUsd: {
    unit: 'USD',
    formula: 'Σ cost of ok requests / ok requests',
    basis: 'usage, else tokenizer',
    over: `${ok} and have token counts`,
    description: 'Mean cost of a request as measured.',
  },
  costPerMillionTokensUsd: {
    unit: 'USD',
    formula: 'Σ cost of ok requests / Σ (input + output tokens) · 10⁶',
    basis: 'usage, else tokenizer',
    over: `${ok} and have token counts`,
    description: 'Input and output together, in the mix that was measured.',
  },
  costPerGoodRequestUsd: {
    unit: 'USD',
    formula: '(Σ cost of ok requests + Σ cost of failures that report usage) / ok requests',
    basis: 'usage, else tokenizer',
    over: 'measured requests with token counts',
    description: 'What a good answer costs when failures are billed too.',
  },
} as const satisfies Record<string, MetricDefinition>;

/** The definition of every metric that a report holds: the one place that names units and formulas. */
export const metricDefinitions = {
  ...requestDefinitions,
  ...stageDefinitions,
  ...answerDefinitions,
  ...otherDefinitions,
};
export type MetricName = keyof typeof metricDefinitions;
