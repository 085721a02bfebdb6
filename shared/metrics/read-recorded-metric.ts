import type { SampleMetricName } from '../metric-names.ts';
import type { LlmperfRecord } from '../sample/imported.ts';

/** The series of LLMPerf, with their metrics and the factors from their units to those of the metrics. */
export const recordedSeries = [
  { series: 'inter_token_latency_s', metric: 'itlMs', scale: 1_000 },
  { series: 'ttft_s', metric: 'ttftMs', scale: 1_000 },
  { series: 'end_to_end_latency_s', metric: 'e2eLatencyMs', scale: 1_000 },
  { series: 'request_output_throughput_token_per_s', metric: 'outputTokensPerSecond', scale: 1 },
  { series: 'number_input_tokens', metric: 'inputTokens', scale: 1 },
  { series: 'number_output_tokens', metric: 'outputTokens', scale: 1 },
] as const satisfies readonly { series: string; metric: SampleMetricName; scale: number }[];

/** Returns a metric as LLMPerf recorded it for a request; null if it did not. */
export function readRecordedMetric(record: LlmperfRecord, name: SampleMetricName): number | null {
  const recorded = recordedSeries.find(({ metric }) => metric === name);
  const value = recorded === undefined ? null : readNumber(record[recorded.series]);
  return value === null || recorded === undefined ? null : value * recorded.scale;
}

/** No measurement is above this or, except 0, below its inverse; cubes of it stay within the range of doubles. */
const limit = 1e60;

/** Reads a number of LLMPerf, which writes some whole numbers as text. Null for anything else. */
export function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  const size = Math.abs(number);
  return size === 0 || (size <= limit && size >= 1 / limit) ? number : null;
}
