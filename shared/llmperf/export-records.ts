import { computeRequestMetrics } from '../metrics/request-metrics.ts';
import type { LlmperfRecord } from '../sample/imported.ts';
import { isFailure } from '../sample/outcome.ts';
import type { Sample } from '../sample/sample.ts';

/**
 * Exports a stage's requests as LLMPerf's individual responses, with LLMPerf's field names and order. Imported requests
 * stay unchanged. Unknown values are null; LLMPerf writes 0. Omits warm-up, unsent, canceled, and disturbed requests.
 */
export function exportRecords(samples: readonly Sample[]): LlmperfRecord[] {
  return samples
    .filter(({ warmup, disturbed }) => !warmup && !disturbed)
    .filter(({ outcome }) => outcome === 'ok' || isFailure(outcome))
    .map((sample) => sample.recorded ?? exportRecord(sample));
}

function exportRecord(sample: Sample): LlmperfRecord {
  const { outcome, httpStatus, error, startMs, endMs, inputTokens, outputTokens } = sample;
  const { itlMs, ttftMs, e2eLatencyMs } = computeRequestMetrics(sample);
  // LLMPerf measures latency until the response ends, not until the last output arrives.
  const openMs = startMs === null || endMs === null ? e2eLatencyMs : endMs - startMs;
  const isOk = outcome === 'ok';
  const hasStatus = httpStatus !== null && httpStatus >= 400;
  return {
    error_code: isOk ? null : hasStatus ? httpStatus : -1,
    error_msg: isOk ? '' : (error?.message ?? outcome),
    inter_token_latency_s: toSeconds(itlMs),
    ttft_s: toSeconds(ttftMs),
    end_to_end_latency_s: toSeconds(openMs),
    request_output_throughput_token_per_s:
      outputTokens === null || openMs === null || openMs <= 0 ? null : outputTokens / (openMs / 1_000),
    number_total_tokens: inputTokens === null || outputTokens === null ? null : inputTokens + outputTokens,
    number_output_tokens: outputTokens,
    number_input_tokens: inputTokens,
  };
}

function toSeconds(ms: number | null): number | null {
  return ms === null ? null : ms / 1_000;
}
