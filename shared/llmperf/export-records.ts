import { computeRequestMetrics } from '../metrics/request-metrics.ts';
import type { LlmperfRecord } from '../sample/imported.ts';
import { isFailure } from '../sample/outcome.ts';
import type { Sample } from '../sample/sample.ts';

/**
 * The individual responses of a stage under LLMPerf's names and in its order. An imported request is given back as it came.
 * Of a measured one, what is not known is null, where LLMPerf would write 0. Warm-up, what was never sent and what we
 * canceled have no record, as LLMPerf has none of them.
 */
export function exportRecords(samples: readonly Sample[]): LlmperfRecord[] {
  return samples
    .filter(({ warmup, outcome }) => !warmup && (outcome === 'ok' || isFailure(outcome)))
    .map((sample) => sample.recorded ?? recordOf(sample));
}

function recordOf(sample: Sample): LlmperfRecord {
  const { outcome, httpStatus, error, startMs, endMs, inputTokens, outputTokens } = sample;
  const { itlMs, ttftMs, e2eLatencyMs } = computeRequestMetrics(sample);
  // LLMPerf's latency goes on to the end of the response; ours, to the last output.
  const openMs = startMs === null || endMs === null ? e2eLatencyMs : endMs - startMs;
  const isOk = outcome === 'ok';
  const hasStatus = httpStatus !== null && httpStatus >= 400;
  return {
    error_code: isOk ? null : hasStatus ? httpStatus : -1,
    error_msg: isOk ? '' : (error?.message ?? outcome),
    inter_token_latency_s: seconds(itlMs),
    ttft_s: seconds(ttftMs),
    end_to_end_latency_s: seconds(openMs),
    request_output_throughput_token_per_s:
      outputTokens === null || openMs === null || openMs <= 0 ? null : outputTokens / (openMs / 1_000),
    number_total_tokens: inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens,
    number_output_tokens: outputTokens,
    number_input_tokens: inputTokens,
  };
}

function seconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
