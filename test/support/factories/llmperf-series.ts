/** The metric of each series in LLMPerf's summary, and the factor between their units. */
export const llmperfSeries = {
  inter_token_latency_s: ['itlMs', 1_000],
  ttft_s: ['ttftMs', 1_000],
  end_to_end_latency_s: ['e2eLatencyMs', 1_000],
  request_output_throughput_token_per_s: ['outputTokensPerSecond', 1],
  number_input_tokens: ['inputTokens', 1],
  number_output_tokens: ['outputTokens', 1],
} as const;
