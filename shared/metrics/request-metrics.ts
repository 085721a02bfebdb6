import { type RequestMetrics, requestMetricNames, type SampleMetricName } from '../metric-names.ts';
import type { Sample } from '../sample/sample.ts';
import { readRecordedMetric } from './read-recorded-metric.ts';

const formulas: { readonly [Name in SampleMetricName]: (sample: Sample) => number | null } = {
  ttftMs: (sample) => (isUnstreamed(sample) ? null : subtract(sample.firstOutputMs, sample.startMs)),
  ttfoMs: (sample) => (isUnstreamed(sample) ? null : subtract(sample.firstAnswerMs, sample.startMs)),
  e2eLatencyMs: ({ lastOutputMs, startMs }) => subtract(lastOutputMs, startMs),
  scheduledLatencyMs: ({ lastOutputMs, dueMs }) => subtract(lastOutputMs, dueMs),
  itlMs: (sample) => divide(formulas.e2eLatencyMs(sample), sample.outputTokens),
  tpotMs: (sample) => {
    if (isUnstreamed(sample)) return null;
    const { lastOutputMs, firstOutputMs, outputTokens } = sample;
    return divide(subtract(lastOutputMs, firstOutputMs), outputTokens === null ? null : outputTokens - 1);
  },
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
 * Computes a metric of one request from its timestamps and counts. Returns null if an input is missing or the formula
 * has no value. In itlMs, tpotMs and outputTokensPerSecond, N is always the tokenizer's output count, so that targets
 * are comparable. `metric-definitions.ts` contains the formulas. For an imported request, returns the recorded value.
 */
export function computeRequestMetric(sample: Sample, name: SampleMetricName): number | null {
  const { recorded } = sample;
  return recorded === undefined ? formulas[name](sample) : readRecordedMetric(recorded, name);
}

const sampleMetricNames = requestMetricNames.filter((name) => name !== 'chunkGapMs');

export function computeRequestMetrics(sample: Sample): RequestMetrics {
  const entries = sampleMetricNames.map((name) => [name, computeRequestMetric(sample, name)]);
  return Object.fromEntries(entries) as RequestMetrics; // `fromEntries` loses the type of the keys
}

/** Returns a metric's value for each request that has a value, in the order of the samples. */
export function listMetricValues(samples: readonly Sample[], name: SampleMetricName): Float64Array {
  // A separate loop is faster than `pickKnownValues`. There can be a million values.
  const formula = formulas[name];
  const values = new Float64Array(samples.length);
  let n = 0;
  for (const sample of samples) {
    const { recorded } = sample;
    const value = recorded === undefined ? formula(sample) : readRecordedMetric(recorded, name);
    if (value !== null) values[n++] = value;
  }
  return values.subarray(0, n);
}

/** Returns whether the response was JSON in place of a stream, so that its first output arrived with its last. */
function isUnstreamed({ notes }: Sample): boolean {
  return notes?.startsWith('not_streamed') === true;
}

function subtract(later: number | null, earlier: number | null): number | null {
  return later === null || earlier === null ? null : later - earlier;
}

function divide(dividend: number | null, divisor: number | null): number | null {
  if (dividend === null || divisor === null || divisor <= 0) return null;
  const value = dividend / divisor;
  return Number.isFinite(value) ? value : null;
}
