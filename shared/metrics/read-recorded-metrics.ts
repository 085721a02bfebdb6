import type { RequestMetrics, SampleMetricName } from '../metric-names.ts';
import type { LlmperfRecord } from '../sample/imported.ts';

/** Each series of LLMPerf with the metric that it is, and what its unit is of ours. */
export const recordedSeries = [
  { series: 'inter_token_latency_s', metric: 'itlMs', scale: 1_000 },
  { series: 'ttft_s', metric: 'ttftMs', scale: 1_000 },
  { series: 'end_to_end_latency_s', metric: 'e2eLatencyMs', scale: 1_000 },
  { series: 'request_output_throughput_token_per_s', metric: 'outputTokensPerSecond', scale: 1 },
  { series: 'number_input_tokens', metric: 'inputTokens', scale: 1 },
  { series: 'number_output_tokens', metric: 'outputTokens', scale: 1 },
] as const satisfies readonly { series: string; metric: SampleMetricName; scale: number }[];

const none: RequestMetrics = {
  ttftMs: null,
  ttfoMs: null,
  e2eLatencyMs: null,
  scheduledLatencyMs: null,
  itlMs: null,
  tpotMs: null,
  outputTokensPerSecond: null,
  inputTokens: null,
  outputTokens: null,
  slipMs: null,
  closeLagMs: null,
};

/** The metrics that LLMPerf recorded of a request, as it reckoned them; null for those it does not know. */
export function readRecordedMetrics(record: LlmperfRecord): RequestMetrics {
  const metrics = { ...none };
  for (const { series, metric, scale } of recordedSeries) {
    const value = readNumber(record[series]);
    metrics[metric] = value === null ? null : value * scale;
  }
  return metrics;
}

/** No clock gives a number beyond this, or, but for 0, below its inverse; its cubes must stay within the range of doubles. */
const limit = 1e60;

/** A number as LLMPerf writes it: some of its whole numbers are texts. Null for anything else. */
export function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  const size = Math.abs(number);
  return size === 0 || (size <= limit && size >= 1 / limit) ? number : null;
}
