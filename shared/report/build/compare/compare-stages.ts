import { isDeepStrictEqual } from 'node:util';
import type { MetricValue } from '../../../metrics/metric-value.ts';
import type { SampleComparison } from '../../../stats/compare-samples.ts';
import type { StageReport } from '../../model/report.ts';
import type { Compared, Inference } from '../../model/run-comparison.ts';
import { describeRatio } from '../../words/describe-metric.ts';
import type { StageInput } from '../stage-input.ts';
import { comparedRequestMetrics, compareRequests, type MetricColumns, readMetricColumns } from './compare-requests.ts';

/** The cost of a target, by one price list or another; those that neither target has are left out. */
const comparedCosts = {
  costPerThousandRequestsUsd: ({ cost }: StageReport) => cost.costPerThousandRequestsUsd,
  typicalCostPerThousandUsd: ({ cost }: StageReport) => cost.typicalRequest.typicalCostPerThousandUsd,
  costPerMillionOutputTokensAtFullUseUsd: ({ cost }: StageReport) =>
    cost.dedicated?.costPerMillionOutputTokensAtFullUseUsd ?? noHardware,
} as const satisfies Record<string, (stage: StageReport) => MetricValue>;
const noHardware: MetricValue = { value: null, n: 0, reason: 'the target has no hardware of its own' };

const comparedWindowMetrics = ['completedRequestsPerMinute', 'outputTokensPerSecondTotal'] as const;

/** A stage with its input: what a report is built of. */
export type BuiltStage = { input: StageInput; report: StageReport };
/** What a comparison needs of a stage: its report, and the metrics of its requests in the order of their prompts. */
export type ComparableStage = { report: StageReport; columns: MetricColumns };

export function makeComparable({ input, report }: BuiltStage): ComparableStage {
  return { report, columns: readMetricColumns(input) };
}

/** Whether two stages were under the same load, however many requests it was to be. */
export function isSameLoad(a: StageReport, b: StageReport): boolean {
  return isDeepStrictEqual({ ...a.load, requests: 0 }, { ...b.load, requests: 0 });
}

/**
 * Two stages side by side: differences (other − base) and ratios (other / base) of medians and means, of throughput and of
 * cost. Of metrics of requests also how sure that is; a rate of a window and a price are one number a stage, and tell nothing
 * of that.
 * @param names how the statements call the two
 * @param samePrompts whether requests of one number asked the same: only then are they held against each other in pairs
 */
export function compareStages(
  base: ComparableStage,
  other: ComparableStage,
  names: { base: string; target: string },
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
      return compareFigures(what, names, pick(base), pick(other), pickInference(inferred, statistic));
    });
  });
  const ofWindows = comparedWindowMetrics.flatMap((metric) =>
    (['full', 'steady'] as const).map((window) => {
      const pick = ({ report }: ComparableStage) => report.windows[window][metric];
      return compareFigures({ metric, statistic: null, window }, names, pick(base), pick(other));
    }),
  );
  const ofCosts = Object.entries(comparedCosts)
    .map(([metric, pick]) => ({ metric, ofBase: pick(base.report), ofOther: pick(other.report) }))
    .filter(({ ofBase, ofOther }) => ofBase !== noHardware || ofOther !== noHardware)
    .map(({ metric, ofBase, ofOther }) =>
      compareFigures({ metric, statistic: null, window: null }, names, ofBase, ofOther),
    );
  return [...ofRequests, ...ofWindows, ...ofCosts];
}

/** One number of both; null where either has none, with which one lacks it and why. */
export function compareFigures(
  what: Pick<Compared, 'metric' | 'statistic' | 'window'>,
  names: { base: string; target: string },
  base: MetricValue,
  target: MetricValue,
  inference: Inference | null = null,
): Compared {
  const ends = { base: base.value, target: target.value, nBase: base.n, nTarget: target.n, inference };
  if (base.value === null || target.value === null) {
    const [lacking, reason] =
      base.value === null ? [names.base, base.reason] : ([names.target, target.reason] as const);
    return { ...what, ...ends, difference: null, ratio: null, reason: `${lacking}: ${reason}`, statement: null };
  }
  const quotient = base.value > 0 ? target.value / base.value : Number.NaN;
  const ratio = Number.isFinite(quotient) ? quotient : null;
  return {
    ...what,
    ...ends,
    difference: target.value - base.value,
    ratio,
    reason: ratio === null ? `the value of ${names.base} is not above 0` : null,
    statement: ratio === null ? null : describeRatio(what, names, ratio, inference?.ratio.interval ?? null),
  };
}

function pickInference(compared: SampleComparison | null, statistic: 'p50' | 'mean'): Inference | null {
  if (compared === null) return null;
  const { mean, median, ...rest } = compared;
  return { ...rest, ...(statistic === 'mean' ? mean : median) };
}
