import type { MetricDefinition } from '../metrics/definitions/metric-definition.ts';
import { metricDefinitions } from '../metrics/metric-definitions.ts';

const over = "LLMPerf's records without an error code";

/** What the numbers of an import mean: those that LLMPerf recorded, by its own formulas. */
export const importedDefinitions: Record<string, MetricDefinition> = {
  ...metricDefinitions,
  ttftMs: {
    unit: 'ms',
    formula: 'ttft_s · 1,000: first chunk with content − before the call',
    basis: 'instants',
    over,
    description: 'As LLMPerf recorded it: resolving and connecting are in it, and reasoning is not seen.',
  },
  e2eLatencyMs: {
    unit: 'ms',
    formula: 'end_to_end_latency_s · 1,000: end of the response − before the call',
    basis: 'instants',
    over,
    description: 'As LLMPerf recorded it: what comes after the last output is in it.',
  },
  itlMs: {
    unit: 'ms per token',
    formula:
      'inter_token_latency_s · 1,000: (last chunk − before the call) / output tokens or, since December 2024, events',
    basis: 'tokenizer',
    over,
    description: 'As LLMPerf recorded it: it includes the TTFT. Which divisor, the files do not say.',
  },
  outputTokensPerSecond: {
    unit: 'tokens/s',
    formula: 'request_output_throughput_token_per_s: output tokens or, until April 2024, chunks / end-to-end latency',
    basis: 'tokenizer',
    over,
    description: 'As LLMPerf recorded it. Which dividend, the files do not say.',
  },
  inputTokens: {
    unit: 'tokens',
    formula: 'number_input_tokens: as drawn for the prompt',
    basis: 'tokenizer',
    over,
    description: 'What LLMPerf aimed at; it does not count what it sent.',
  },
  outputTokens: {
    unit: 'tokens',
    formula: 'number_output_tokens: count of the output, a BOS token included',
    basis: 'tokenizer',
    over,
    description: 'By the Llama 2 tokenizer, one more than without the BOS token.',
  },
  completedRequestsPerMinute: {
    ...metricDefinitions.completedRequestsPerMinute,
    formula: 'results_num_completed_requests_per_min: requests without an error / time of the whole test',
    over,
    description: 'As LLMPerf recorded it: the start of its workers and the drain are in the time.',
  },
  outputTokensPerSecondTotal: {
    ...metricDefinitions.outputTokensPerSecondTotal,
    formula: 'results_mean_output_throughput_token_per_s: Σ output tokens / time of the whole test',
    over,
    description: 'As LLMPerf recorded it: the start of its workers and the drain are in the time.',
  },
};
