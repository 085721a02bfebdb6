/** Builds a good request as a line of LLMPerf's individual responses. */
export const llmperfRecord = {
  error_code: null,
  error_msg: '',
  inter_token_latency_s: 0.02,
  ttft_s: 0.3,
  end_to_end_latency_s: 3,
  request_output_throughput_token_per_s: 50,
  number_total_tokens: 701,
  number_output_tokens: 151,
  number_input_tokens: 550,
};
