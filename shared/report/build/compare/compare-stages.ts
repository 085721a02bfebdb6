import { isDeepStrictEqual } from 'node:util';
import { computeBreakEvenRatio } from '../../../cost/compute-request-cost-usd.ts';
import type { MetricValue } from '../../../metrics/metric-value.ts';
import { computeRequestMetrics } from '../../../metrics/request-metrics.ts';
import { compareSamples, type SampleComparison } from '../../../stats/compare-samples.ts';
import type { Comparison, StageReport } from '../../model/report.ts';
import type { Compared, Inference } from '../../model/run-comparison.ts';
import { describeRatio } from '../../words/describe-metric.ts';
import type { StageInput } from '../stage-input.ts';

const comparedRequestMetrics = ['ttftMs', 'e2eLatencyMs', 'itlMs', 'tpotMs', 'outputTokensPerSecond'] as const;
type ComparedRequestMetric = (typeof comparedRequestMetrics)[number];

const comparedWindowMetrics = ['completedRequestsPerMinute', 'outputTokensPerSecondTotal'] as const;

/** The costs to compare. The comparison omits a cost that neither target has. */
const comparedCosts = {
  costPerThousandRequestsUsd: ({ cost }: StageReport) => cost.costPerThousandRequestsUsd,
  typicalCostPerThousandUsd: ({ cost }: StageReport) => cost.typicalRequest.typicalCostPerThousandUsd,
  costPerMillionOutputTokensAtFullUseUsd: ({ cost }: StageReport) =>
    cost.dedicated?.costPerMillionOutputTokensAtFullUseUsd ?? noHardware,
} as const satisfies Record<string, (stage: StageReport) => MetricValue>;
const noHardware: MetricValue = { value: null, n: 0, reason: 'the target has no dedicated hardware' };

/** Metrics of measured requests by request index. NaN if the request failed, was disturbed, or has no such metric. */
export type MetricColumns = { promptOffset: number; columns: Record<ComparedRequestMetric, Float64Array> };
export type BuiltStage = { input: StageInput; report: StageReport };
/** The parts of a stage that a comparison needs: its report, and its request metrics in the order of the prompts. */
export type ComparableStage = { report: StageReport; columns: MetricColumns };
export type Names = { base: string; target: string };

export function makeComparable({ input, report }: BuiltStage): ComparableStage {
  return { report, columns: readMetricColumns(input) };
}

export function readMetricColumns({ plan, samples }: Pick<StageInput, 'plan' | 'samples'>): MetricColumns {
  const column = () => new Float64Array(plan.load.requests).fill(Number.NaN);
  // `fromEntries` loses the type of the keys.
  const columns = Object.fromEntries(
    comparedRequestMetrics.map((name) => [name, column()]),
  ) as MetricColumns['columns'];
  for (const sample of samples) {
    if (sample.warmup || sample.outcome !== 'ok' || sample.disturbed) continue;
    const metrics = computeRequestMetrics(sample);
    for (const name of comparedRequestMetrics) columns[name][sample.requestIndex] = metrics[name] ?? Number.NaN;
  }
  return { promptOffset: plan.promptOffset, columns };
}

/** Returns whether two stages have the same load. The number of requests may differ. */
function isSameLoad(a: StageReport, b: StageReport): boolean {
  return isDeepStrictEqual({ ...a.load, requests: 0 }, { ...b.load, requests: 0 });
}

/** Finds the stage with the same load. Prefers the same level index, because a search chooses levels by target. */
export function findMatchingStage<Stage extends { report: StageReport }>(
  { report }: { report: StageReport },
  candidates: readonly Stage[],
): Stage | undefined {
  const matching = candidates.filter((candidate) => isSameLoad(candidate.report, report));
  return matching.find((candidate) => candidate.report.levelIndex === report.levelIndex) ?? matching[0];
}

/**
 * Compares two stages by differences (other − base) and ratios (other / base) of medians, means, throughput, and cost.
 * In pairs, both are estimated from the pairs. Only request metrics get intervals and tests, because a window's rates and prices have one value per stage.
 * @param samePrompts whether equal request indices had equal prompts, so that requests can be compared in pairs
 */
export function compareStages(
  base: ComparableStage,
  other: ComparableStage,
  names: Names,
  samePrompts: boolean,
): Compared[] {
  const ofRequests = comparedRequestMetrics.flatMap((metric) => {
    const inferred = compareRequests(base.columns, other.columns, metric, samePrompts);
    return (['p50', 'mean'] as const).map((statistic) => {
      const pick = ({ report }: ComparableStage) => {
        const { n, reason, [statistic]: value } = report.requests[metric];
        return { value, n, reason };
      };
      const what = { metric, statistic, window: null };
      return compareValues(what, names, pick(base), pick(other), pickInference(inferred, statistic));
    });
  });
  const ofWindows = comparedWindowMetrics.flatMap((metric) =>
    (['full', 'steady'] as const).map((window) => {
      const pick = ({ report }: ComparableStage) => report.windows[window][metric];
      return compareValues({ metric, statistic: null, window }, names, pick(base), pick(other));
    }),
  );
  const ofCosts = Object.entries(comparedCosts).flatMap(([metric, pick]) => {
    const [ofBase, ofOther] = [pick(base.report), pick(other.report)];
    if (ofBase === noHardware && ofOther === noHardware) return [];
    return [compareValues({ metric, statistic: null, window: null }, names, ofBase, ofOther)];
  });
  return [...ofRequests, ...ofWindows, ...ofCosts];
}

/** Compares one value of two stages. If a stage lacks the value, difference and ratio are null with the reason. */
export function compareValues(
  what: Pick<Compared, 'metric' | 'statistic' | 'window'>,
  names: Names,
  base: MetricValue,
  target: MetricValue,
  inference: Inference | null = null,
): Compared {
  const ends = { ...what, base: base.value, target: target.value, nBase: base.n, nTarget: target.n, inference };
  if (base.value === null || target.value === null) {
    const reason = base.value === null ? `${names.base}: ${base.reason}` : `${names.target}: ${target.reason}`;
    return { ...ends, difference: null, ratio: null, reason, statement: null };
  }
  // The intervals of pairs belong to the estimates from the pairs, which exclude the responses without a pair.
  const hasUnpaired = inference?.paired === true && inference.nBase < Math.max(base.n, target.n);
  const ofPairs = hasUnpaired ? inference : null;
  const difference = ofPairs?.difference.value ?? target.value - base.value;
  const ratio = ofPairs?.ratio.value ?? (base.value > 0 ? target.value / base.value : Number.NaN);
  if (!Number.isFinite(ratio)) {
    const reason = `the value of ${names.base} is not greater than 0`;
    return { ...ends, difference, ratio: null, reason, statement: null };
  }
  const statement = describeRatio(what, names, ratio, inference?.ratio.interval ?? null);
  return { ...ends, difference, ratio, reason: null, statement };
}

const minPairedShare = 0.9;

/**
 * Compares one metric of two stages: in pairs if both got the same prompts and at least 90 % of the smaller sample has
 * a pair, otherwise as two independent samples. Returns null if either sample has fewer than ten values.
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
  const isPaired = samePrompts && pairedBase.length >= minPairedShare * Math.min(allBase.length, allTarget.length);
  if (!isPaired) return compareSamples(allBase, allTarget, false);
  const pairedTarget = ofTarget.filter((value, i) => isNumber(value) && isNumber(ofBase[i - shift]));
  return compareSamples(pairedBase, pairedTarget, true);
}

function isNumber(value: number | undefined): boolean {
  return value !== undefined && !Number.isNaN(value);
}

function pickInference(compared: SampleComparison | null, statistic: 'p50' | 'mean'): Inference | null {
  if (compared === null) return null;
  const { mean, median, ...rest } = compared;
  return { ...rest, ...(statistic === 'mean' ? mean : median) };
}

/** Compares each target with the spec's first target at the same load. `samePrompts` allows comparisons in pairs. */
export function compareTargets(built: readonly BuiltStage[], samePrompts = true): Comparison[] {
  const baseTargetId = built[0]?.report.targetId;
  if (baseTargetId === undefined) return [];
  const bases = built.filter(({ report }) => report.targetId === baseTargetId);
  const others = built.filter(({ report }) => report.targetId !== baseTargetId);
  return bases.flatMap((base) => {
    const matching = others.filter(({ report }) => isSameLoad(report, base.report));
    if (matching.length === 0) return [];
    const comparable = makeComparable(base);
    return [...new Set(matching.map(({ report }) => report.targetId))].flatMap((targetId) => {
      const own = matching.filter(({ report }) => report.targetId === targetId);
      const match = findMatchingStage(base, own);
      if (match === undefined) return [];
      const names = { base: baseTargetId, target: targetId };
      const metrics = compareStages(comparable, makeComparable(match), names, samePrompts);
      const breakEven = findBreakEven(base.report, match.report);
      return [{ levelIndex: base.report.levelIndex, baseTargetId, targetId, metrics, breakEven }];
    });
  });
}

function findBreakEven(base: StageReport, other: StageReport): Comparison['breakEven'] {
  const [ofBase, ofOther] = [base.cost.pricing, other.cost.pricing];
  const none = { inputPerOutput: null, statement: null };
  if (ofBase === null || ofOther === null) return { ...none, reason: 'a target has no pricing' };
  const inputPerOutput = computeBreakEvenRatio(ofBase, ofOther);
  if (inputPerOutput === null) return { ...none, reason: 'these prices have no break-even ratio' };
  // Above the break-even ratio, the target with the lower input price is cheaper.
  const isBaseCheaper = ofBase.inputPerMillionTokens < ofOther.inputPerMillionTokens;
  const [above, below] = isBaseCheaper ? [base.targetId, other.targetId] : [other.targetId, base.targetId];
  const ratio = Number(inputPerOutput.toPrecision(4));
  const statement = `Break-even: ${ratio} input tokens per output token. ${above} is cheaper above this ratio; ${below} is cheaper below it.`;
  return { inputPerOutput, statement, reason: null };
}
