import type { SampleMetricName } from '../metric-names.ts';
import type { LlmperfRecord } from '../sample/imported.ts';

/** Maps each series that LLMPerf records to a metric, with the factor that converts its unit. */
export const recordedSeries = [
  { series: 'inter_token_latency_s', metric: 'itlMs', scale: 1_000 },
  { series: 'ttft_s', metric: 'ttftMs', scale: 1_000 },
  { series: 'end_to_end_latency_s', metric: 'e2eLatencyMs', scale: 1_000 },
  { series: 'request_output_throughput_token_per_s', metric: 'outputTokensPerSecond', scale: 1 },
  { series: 'number_input_tokens', metric: 'inputTokens', scale: 1 },
  { series: 'number_output_tokens', metric: 'outputTokens', scale: 1 },
] as const satisfies readonly { series: string; metric: SampleMetricName; scale: number }[];

/** Returns a request's metric as LLMPerf recorded it. Returns null if LLMPerf did not record the metric. */
export function readRecordedMetric(record: LlmperfRecord, name: SampleMetricName): number | null {
  const recorded = recordedSeries.find(({ metric }) => metric === name);
  const value = recorded === undefined ? null : readNumber(record[recorded.series]);
  return value === null || recorded === undefined ? null : value * recorded.scale;
}

/** Numbers above this limit or below its inverse are not measurements. Cubes of all other numbers fit in a double. */
const limit = 1e60;

/** Reads a number that LLMPerf recorded, maybe as text. Returns null if the value is not a number. */
export function readNumber(value: unknown): number | null {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  const size = Math.abs(number);
  return size === 0 || (size <= limit && size >= 1 / limit) ? number : null;
}
