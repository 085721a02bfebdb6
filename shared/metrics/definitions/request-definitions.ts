import type { RequestMetricName } from '../../metric-names.ts';
import { type MetricDefinition, overOk } from './metric-definition.ts';

/** Metrics of one request, reported as statistics over requests. */
export const requestDefinitions = {
  ttftMs: {
    unit: 'ms',
    formula: 'first output event − start',
    basis: 'instants',
    over: overOk,
    description:
      'Time to first token. An output event has text, reasoning text or tool-call arguments; role-only and empty events do not count.',
  },
  ttfoMs: {
    unit: 'ms',
    formula: 'first event with answer text − start',
    basis: 'instants',
    over: overOk,
    description: 'Time to first output that a reader sees: reasoning does not count.',
  },
  e2eLatencyMs: {
    unit: 'ms',
    formula: 'last output event − start',
    basis: 'instants',
    over: overOk,
    description:
      'End-to-end latency, from handing the request to the socket. What comes after the last output is closeLagMs.',
  },
  scheduledLatencyMs: {
    unit: 'ms',
    formula: 'last output event − due',
    basis: 'instants',
    over: overOk,
    description:
      'Latency from when the schedule wanted the request: shows coordinated omission. Equal to e2eLatencyMs but for the slip.',
  },
  itlMs: {
    unit: 'ms per token',
    formula: 'e2eLatencyMs / N',
    basis: 'tokenizer',
    over: overOk,
    description: 'Inter-token latency as LLMPerf and its blog define it: it includes the TTFT. N = outputTokens.',
  },
  tpotMs: {
    unit: 'ms per token',
    formula: '(last output event − first output event) / (N − 1)',
    basis: 'tokenizer',
    over: `${overOk} with N ≥ 2`,
    description: 'Time per output token after the first, without the TTFT. N = outputTokens.',
  },
  chunkGapMs: {
    unit: 'ms',
    formula: 'output event k+1 − output event k',
    basis: 'chunks',
    over: `gaps of ${overOk}, pooled`,
    description:
      'Gap between successive output events. A time between tokens only where tokensPerChunk is near 1; n counts gaps.',
  },
  outputTokensPerSecond: {
    unit: 'tokens/s',
    formula: 'N / e2eLatencyMs · 1,000',
    basis: 'tokenizer',
    over: overOk,
    description: 'Output speed of one request, its TTFT included. N = outputTokens.',
  },
  inputTokens: {
    unit: 'tokens',
    formula: 'count of the prompt',
    basis: 'tokenizer',
    over: overOk,
    description: 'By the Llama 2 tokenizer, no special tokens: the same rule for every target.',
  },
  outputTokens: {
    unit: 'tokens',
    formula: 'N = count of the output',
    basis: 'tokenizer',
    over: overOk,
    description: 'By the Llama 2 tokenizer, no special tokens, over all output of the request.',
  },
  slipMs: {
    unit: 'ms',
    formula: 'start − due',
    basis: 'instants',
    over: overOk,
    description: 'How late the load generator started the request.',
  },
  closeLagMs: {
    unit: 'ms',
    formula: 'end − last output event',
    basis: 'instants',
    over: overOk,
    description: 'From the last output to the end of the response; in no latency.',
  },
} as const satisfies Record<RequestMetricName, MetricDefinition>;
