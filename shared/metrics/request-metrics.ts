import type { RequestMetricName } from '../domain/metric-names.ts';
import type { Sample } from '../domain/sample.ts';
import { recordedMetrics } from './recorded-metrics.ts';

/** The metrics of one request that come from its sample alone; gaps between chunks come from its timeline. */
export type SampleMetricName = Exclude<RequestMetricName, 'chunkGapMs'>;
export type RequestMetrics = Record<SampleMetricName, number | null>;

/**
 * The numbers of one request, derived from its raw instants and counts; null where an input is missing or the formula has
 * no value. N, in itlMs, tpotMs and outputTokensPerSecond, is the tokenizer's count of the output: the same rule for
 * every target, whatever its server counts. Formulas: `metric-definitions.ts`. Of an imported request, what was recorded.
 */
export function requestMetrics(sample: Sample): RequestMetrics {
  if (sample.recorded !== undefined) return recordedMetrics(sample.recorded);
  const { dueMs, startMs, firstOutputMs, firstAnswerMs, lastOutputMs, endMs, inputTokens, outputTokens } = sample;
  const e2eLatencyMs = difference(lastOutputMs, startMs);
  const outputSpanMs = difference(lastOutputMs, firstOutputMs);
  return {
    ttftMs: difference(firstOutputMs, startMs),
    ttfoMs: difference(firstAnswerMs, startMs),
    e2eLatencyMs,
    scheduledLatencyMs: difference(lastOutputMs, dueMs),
    itlMs: quotient(e2eLatencyMs, outputTokens),
    tpotMs: quotient(outputSpanMs, outputTokens === null ? null : outputTokens - 1),
    outputTokensPerSecond: quotient(outputTokens, e2eLatencyMs === null ? null : e2eLatencyMs / 1_000),
    inputTokens,
    outputTokens,
    slipMs: difference(startMs, dueMs),
    closeLagMs: difference(endMs, lastOutputMs),
  };
}

function difference(later: number | null, earlier: number | null): number | null {
  return later === null || earlier === null ? null : later - earlier;
}

/** Null, too, where the divisor is not positive (no tokens, one token, no time) or too small to divide by. */
function quotient(dividend: number | null, divisor: number | null): number | null {
  if (dividend === null || divisor === null || divisor <= 0) return null;
  const value = dividend / divisor;
  return Number.isFinite(value) ? value : null;
}
