import { defineMetrics, type MetricDefinition } from '../metrics/definitions/metric-definition.ts';
import { metricDefinitions } from '../metrics/metric-definitions.ts';

const over = "LLMPerf's records without an error code";
const ofWholeTest =
  'As recorded by LLMPerf. The time includes the start of the LLMPerf workers and the drain at the end.';

export const importedDefinitions: Record<string, MetricDefinition> = {
  ...metricDefinitions,
  ...defineMetrics('ms', 'instants', over, {
    ttftMs: [
      'ttft_s · 1,000: first chunk with content − before the call',
      'As recorded by LLMPerf. It includes DNS lookup and connecting, and ignores reasoning.',
    ],
    e2eLatencyMs: [
      'end_to_end_latency_s · 1,000: end of the response − before the call',
      'As recorded by LLMPerf. It includes the time after the last output.',
    ],
  }),
  ...defineMetrics('ms per token', 'tokenizer', over, {
    itlMs: [
      'inter_token_latency_s · 1,000: (last chunk − before the call) / output tokens or, since December 2024, events',
      'As recorded by LLMPerf. It includes the TTFT. The files do not contain the divisor.',
    ],
  }),
  ...defineMetrics('tokens/s', 'tokenizer', over, {
    outputTokensPerSecond: [
      'request_output_throughput_token_per_s: output tokens or, until April 2024, chunks / end-to-end latency',
      'As recorded by LLMPerf. The files do not contain the dividend.',
    ],
  }),
  ...defineMetrics('tokens', 'tokenizer', over, {
    inputTokens: [
      'number_input_tokens: the size drawn for the prompt',
      'The prompt length that LLMPerf requested. LLMPerf does not count the tokens that it sent.',
    ],
    outputTokens: [
      'number_output_tokens: number of tokens in the output, plus a BOS token',
      'Counted by the Llama 2 tokenizer. The BOS token adds 1.',
    ],
  }),
  ...defineMetrics('requests/min', 'counts', over, {
    completedRequestsPerMinute: [
      'results_num_completed_requests_per_min: requests without an error / time of the whole test',
      ofWholeTest,
    ],
  }),
  ...defineMetrics('tokens/s', 'tokenizer', over, {
    outputTokensPerSecondTotal: [
      'results_mean_output_throughput_token_per_s: Σ output tokens / time of the whole test',
      ofWholeTest,
    ],
  }),
};
