import type { RequestMetrics, SampleMetricName } from '../metric-names.ts';
import type { Sample } from '../sample/sample.ts';
import { readRecordedMetrics } from './read-recorded-metrics.ts';

const formulas: { readonly [Name in SampleMetricName]: (sample: Sample) => number | null } = {
  ttftMs: ({ firstOutputMs, startMs }) => subtract(firstOutputMs, startMs),
  ttfoMs: ({ firstAnswerMs, startMs }) => subtract(firstAnswerMs, startMs),
  e2eLatencyMs: ({ lastOutputMs, startMs }) => subtract(lastOutputMs, startMs),
  scheduledLatencyMs: ({ lastOutputMs, dueMs }) => subtract(lastOutputMs, dueMs),
  itlMs: (sample) => divide(formulas.e2eLatencyMs(sample), sample.outputTokens),
  tpotMs: ({ lastOutputMs, firstOutputMs, outputTokens }) =>
    divide(subtract(lastOutputMs, firstOutputMs), outputTokens === null ? null : outputTokens - 1),
  outputTokensPerSecond: (sample) => {
    const e2eLatencyMs = formulas.e2eLatencyMs(sample);
    return divide(sample.outputTokens, e2eLatencyMs === null ? null : e2eLatencyMs / 1_000);
  },
  inputTokens: ({ inputTokens }) => inputTokens,
  outputTokens: ({ outputTokens }) => outputTokens,
  slipMs: ({ startMs, dueMs }) => subtract(startMs, dueMs),
  closeLagMs: ({ endMs, lastOutputMs }) => subtract(endMs, lastOutputMs),
};

/**
 * One of the numbers of one request, derived from its raw instants and counts; null where an input is missing or the formula
 * has no value. N, in itlMs, tpotMs and outputTokensPerSecond, is the tokenizer's count of the output: the same rule for
 * every target, whatever its server counts. Formulas: `metric-definitions.ts`. Of an imported request, what was recorded.
 */
export function computeRequestMetric(sample: Sample, name: SampleMetricName): number | null {
  const { recorded } = sample;
  return recorded === undefined ? formulas[name](sample) : readRecordedMetrics(recorded)[name];
}

/** All of them. */
export function computeRequestMetrics(sample: Sample): RequestMetrics {
  if (sample.recorded !== undefined) return readRecordedMetrics(sample.recorded);
  return {
    ttftMs: formulas.ttftMs(sample),
    ttfoMs: formulas.ttfoMs(sample),
    e2eLatencyMs: formulas.e2eLatencyMs(sample),
    scheduledLatencyMs: formulas.scheduledLatencyMs(sample),
    itlMs: formulas.itlMs(sample),
    tpotMs: formulas.tpotMs(sample),
    outputTokensPerSecond: formulas.outputTokensPerSecond(sample),
    inputTokens: sample.inputTokens,
    outputTokens: sample.outputTokens,
    slipMs: formulas.slipMs(sample),
    closeLagMs: formulas.closeLagMs(sample),
  };
}

/** One of the numbers of those requests that have it, in the order given. */
export function listMetricValues(samples: readonly Sample[], name: SampleMetricName): Float64Array {
  // As `pickKnownValues`, in a loop of its own: the engine makes a faster one of it, and there are many values.
  const formula = formulas[name];
  const values = new Float64Array(samples.length);
  let n = 0;
  for (const sample of samples) {
    const { recorded } = sample;
    const value = recorded === undefined ? formula(sample) : readRecordedMetrics(recorded)[name];
    if (value !== null) values[n++] = value;
  }
  return values.subarray(0, n);
}

function subtract(later: number | null, earlier: number | null): number | null {
  return later === null || earlier === null ? null : later - earlier;
}

/** Null, too, where the divisor is not positive (no tokens, one token, no time) or too small to divide by. */
function divide(dividend: number | null, divisor: number | null): number | null {
  if (dividend === null || divisor === null || divisor <= 0) return null;
  const value = dividend / divisor;
  return Number.isFinite(value) ? value : null;
}
