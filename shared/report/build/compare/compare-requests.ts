import { computeRequestMetrics } from '../../../metrics/request-metrics.ts';
import { compareSamples, type SampleComparison } from '../../../stats/compare-samples.ts';
import type { StageInput } from '../stage-input.ts';

export const comparedRequestMetrics = ['ttftMs', 'e2eLatencyMs', 'itlMs', 'tpotMs', 'outputTokensPerSecond'] as const;
type ComparedRequestMetric = (typeof comparedRequestMetrics)[number];

/** The good measured requests of a stage: of each metric the value at each index, NaN where there is none. */
export type MetricColumns = { promptOffset: number; columns: Record<ComparedRequestMetric, Float64Array> };

export function readMetricColumns({ plan, samples }: Pick<StageInput, 'plan' | 'samples'>): MetricColumns {
  const column = () => new Float64Array(plan.load.requests).fill(Number.NaN);
  const columns = {
    ttftMs: column(),
    e2eLatencyMs: column(),
    itlMs: column(),
    tpotMs: column(),
    outputTokensPerSecond: column(),
  };
  for (const sample of samples) {
    if (sample.warmup || sample.outcome !== 'ok') continue;
    const metrics = computeRequestMetrics(sample);
    for (const name of comparedRequestMetrics) columns[name][sample.requestIndex] = metrics[name] ?? Number.NaN;
  }
  return { promptOffset: plan.promptOffset, columns };
}

/** A pair is only as good as its prompts are the same ones: with more gaps than this, samples are compared apart. */
const minPairedShare = 0.9;

/**
 * One metric of two stages, as pairs where both got the same prompts and answered nine in ten of those of the smaller sample
 * well; else as two samples. Null where either has fewer than ten values.
 * @param samePrompts whether both stages drew their prompts from one workload and seed, as targets of one run do
 */
export function compareRequests(
  base: MetricColumns,
  target: MetricColumns,
  metric: ComparedRequestMetric,
  samePrompts = true,
): SampleComparison | null {
  const [ofBase, ofTarget] = [base.columns[metric], target.columns[metric]];
  const shift = base.promptOffset - target.promptOffset;
  const pairedBase = ofBase.filter((value, i) => isNumber(value) && isNumber(ofTarget[i + shift]));
  const [allBase, allTarget] = [ofBase.filter(isNumber), ofTarget.filter(isNumber)];
  const paired = samePrompts && pairedBase.length >= minPairedShare * Math.min(allBase.length, allTarget.length);
  if (!paired) return compareSamples(allBase, allTarget, false);
  const pairedTarget = ofTarget.filter((value, i) => isNumber(value) && isNumber(ofBase[i - shift]));
  return compareSamples(pairedBase, pairedTarget, true);
}

function isNumber(value: number | undefined): boolean {
  return value !== undefined && !Number.isNaN(value);
}
