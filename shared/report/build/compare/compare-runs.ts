import { isDeepStrictEqual } from 'node:util';
import type { ShareEstimate } from '../../../metrics/metric-value.ts';
import type { RunSpec } from '../../../spec/run-spec.ts';
import { type Change, judgeChange, minimumNForChange, type Tolerance } from '../../../stats/judge-change.ts';
import { describeWorkload, hasFixedPrompts } from '../../../workload/workload.ts';
import type { StageReport } from '../../model/report.ts';
import type { Compared, MetricChange, RunComparison } from '../../model/run-comparison.ts';
import { describeLoad } from '../../words/describe-load.ts';
import { combineMeasured, oneOfARun } from '../measure-value.ts';
import type { ReportOrigin } from '../report-origin.ts';
import { type ComparableStage, compareStages, compareValues, findMatchingStage, type Names } from './compare-stages.ts';

export type ComparableRun = {
  spec: Pick<RunSpec, 'workload' | 'seed'>;
  origin: ReportOrigin;
  stages: readonly ComparableStage[];
};

export type CompareRunsOptions = {
  /** Returns the names of two matching targets (of the base run and of this run) for use in sentences. */
  chooseNames: (targets: Names) => Names;
  tolerance: number;
  shareTolerance: number;
};

/** Metrics whose higher values are better. For all other metrics, lower values are better. */
const higherIsBetter = new Set([
  'outputTokensPerSecond',
  'completedRequestsPerMinute',
  'outputTokensPerSecondTotal',
  'checksumOkRate',
  'goodputShare',
]);

const comparedShares = {
  errorRate: (stage: StageReport) => stage.errorRate,
  checksumOkRate: (stage: StageReport) => stage.answers.checksumOkRate,
  goodputShare: (stage: StageReport) => stage.goodputShare,
} as const satisfies Record<string, (stage: StageReport) => ShareEstimate>;

/**
 * Compares a run with a base run, stage by stage. Stages match if they have the same load and the same target (same id,
 * or the only target of each run). Request metrics are compared in pairs if both runs sent the same prompts. Each value
 * with an interval gets a verdict: better, worse, same, or inconclusive.
 */
export function compareRuns(base: ComparableRun, run: ComparableRun, options: CompareRunsOptions): RunComparison {
  const { tolerance, shareTolerance, chooseNames } = options;
  const asked = { base: base.origin.findPrompts(base.spec), run: run.origin.findPrompts(run.spec) };
  const samePrompts = haveSamePrompts(asked);
  const pairs = pairStages(base.stages, run.stages);
  const stages = pairs.map(([ofBase, ofRun]) => {
    const [baseReport, report] = [ofBase.report, ofRun.report];
    const names = chooseNames({ base: baseReport.targetId, target: report.targetId });
    const metrics = [
      ...compareStages(ofBase, ofRun, names, samePrompts).map((compared) =>
        judgeMetric(compared, [base.origin, run.origin], [baseReport, report], tolerance),
      ),
      ...compareShares(baseReport, report, names, shareTolerance),
    ];
    return {
      targetId: report.targetId,
      baseTargetId: baseReport.targetId,
      stageIndex: report.stageIndex,
      baseStageIndex: baseReport.stageIndex,
      load: describeLoad(report),
      verdict: findWorstVerdict(metrics),
      metrics,
    };
  });
  const listUnmatched = (all: readonly ComparableStage[]) =>
    all.filter((stage) => !pairs.flat().includes(stage)).map(({ report }) => nameUnmatchedStage(report));
  return {
    samePrompts,
    workloadDifference: describeWorkloadDifference(asked),
    tolerance,
    shareTolerance,
    verdict: findWorstVerdict(stages),
    stages,
    unmatched: { base: listUnmatched(base.stages), run: listUnmatched(run.stages) },
  };
}

function nameUnmatchedStage(report: StageReport): string {
  const load = describeLoad(report);
  return `${report.targetId}, stage ${report.stageIndex}${load === '' ? '' : ` (${load})`}`;
}

/** What determines the prompts of each run. Null if a run's prompts are unknown. */
type Prompts = Record<'base' | 'run', ReturnType<ReportOrigin['findPrompts']>>;

/** Returns whether both runs sent the same prompts. False if one run's prompts are unknown. */
function haveSamePrompts({ base, run }: Prompts): boolean {
  if (base === null || run === null) return false;
  const isSame = base.seed === run.seed && isDeepStrictEqual(base.workload, run.workload);
  return isSame && hasFixedPrompts(base.workload);
}

function pairStages(
  bases: readonly ComparableStage[],
  stages: readonly ComparableStage[],
): [base: ComparableStage, run: ComparableStage][] {
  const countTargets = (all: readonly ComparableStage[]) => new Set(all.map(({ report }) => report.targetId)).size;
  const hasOneTarget = countTargets(bases) === 1 && countTargets(stages) === 1;
  const free = new Set(bases);
  return stages.flatMap((stage) => {
    const own = [...free].filter(({ report }) => hasOneTarget || report.targetId === stage.report.targetId);
    const match = findMatchingStage(stage, own);
    if (match === undefined) return [];
    free.delete(match);
    return [[match, stage]];
  });
}

function judgeMetric(
  compared: Compared,
  [ofBase, ofRun]: readonly [ReportOrigin, ReportOrigin],
  [base, run]: readonly [StageReport, StageReport],
  tolerance: number,
): MetricChange {
  const limits = { low: 1 - tolerance, high: 1 + tolerance };
  if (compared.metric === 'costPerThousandRequestsUsd') {
    if (compared.ratio === null) return omitVerdict(compared, compared.reason);
    const [baseCost, runCost] = [base.cost.costPerThousandRequestsUsd, run.cost.costPerThousandRequestsUsd];
    return judgeIndependent(compared, baseCost, runCost, 'ratio', limits);
  }
  if (compared.metric !== 'outputTokensPerSecond') return judgeRatio(compared, limits);
  const oddSpeed = ofBase.describeOddSpeed(base.requests) ?? ofRun.describeOddSpeed(run.requests);
  return oddSpeed === null ? judgeRatio(compared, limits) : omitVerdict(compared, oddSpeed);
}

function judgeRatio(compared: Compared, limits: Tolerance): MetricChange {
  const { inference, ratio, reason } = compared;
  if (ratio === null) return omitVerdict(compared, reason);
  if (inference === null)
    return omitVerdict(compared, compared.statistic === null ? oneOfARun : 'one of the runs has fewer than ten values');
  const { value, interval, reason: whyNone } = inference.ratio;
  if (value === null || interval === null) return omitVerdict(compared, whyNone ?? 'the ratio has no interval');
  return judgeInterval(compared, Math.min(inference.nBase, inference.nTarget), { value, interval }, limits);
}

/** Compares shares by their difference. A base of 0 (no errors in 150 requests) has no ratio. */
function compareShares(base: StageReport, run: StageReport, names: Names, tolerance: number): MetricChange[] {
  return Object.entries(comparedShares).map(([metric, pick]) => {
    const [ofBase, ofRun] = [pick(base), pick(run)];
    const compared = compareValues({ metric, statistic: null, window: null }, names, ofBase, ofRun);
    return judgeIndependent(compared, ofBase, ofRun, 'difference', { low: -tolerance, high: tolerance });
  });
}

function judgeIndependent(
  compared: Compared,
  base: ShareEstimate & { intervalReason?: string | null },
  run: ShareEstimate & { intervalReason?: string | null },
  contrast: 'ratio' | 'difference',
  limits: Tolerance,
): MetricChange {
  if (base.value === null || run.value === null) return omitVerdict(compared, compared.reason);
  const combined = combineMeasured(base, run);
  if (combined === null) return omitVerdict(compared, base.intervalReason ?? run.intervalReason ?? compared.reason);
  const { value, interval, reason } = combined[contrast];
  if (value === null || interval === null) return omitVerdict(compared, reason);
  return judgeInterval(compared, Math.min(base.n, run.n), { value, interval }, limits);
}

function judgeInterval(
  compared: Compared,
  n: number,
  { value, interval }: { value: number; interval: NonNullable<MetricChange['verdictInterval']> },
  limits: Tolerance,
): MetricChange {
  const verdict = judgeChange(interval, limits, higherIsBetter.has(compared.metric) ? 'higher' : 'lower');
  const isInconclusive = verdict === 'inconclusive';
  return {
    ...compared,
    verdict,
    verdictInterval: interval,
    decidingN: isInconclusive ? minimumNForChange(n, value, interval, limits) : null,
    verdictReason: isInconclusive ? 'the interval is partly inside and partly outside the tolerance' : null,
  };
}

function omitVerdict(compared: Compared, verdictReason: string | null): MetricChange {
  return { ...compared, verdict: null, verdictInterval: null, decidingN: null, verdictReason };
}

/** Returns the verdict in the list that comes first in this order: worse, inconclusive, better, same. */
function findWorstVerdict(judged: readonly { verdict: Change | null }[]): Change | null {
  const ranked = ['worse', 'inconclusive', 'better', 'same'] as const;
  return ranked.find((verdict) => judged.some((each) => each.verdict === verdict)) ?? null;
}

/** Describes in a sentence how the workloads differ. Null if they are equal, or if one is unknown. */
function describeWorkloadDifference({ base, run }: Prompts): string | null {
  if (base === null || run === null || isDeepStrictEqual(base.workload, run.workload)) return null;
  const [ofBase, ofRun] = [base.workload, run.workload];
  const [baseFields, runFields]: [Record<string, unknown>, Record<string, unknown>] = [ofBase, ofRun];
  const fields = Object.keys({ ...baseFields, ...runFields });
  const changed = fields.filter((field) => !isDeepStrictEqual(baseFields[field], runFields[field]));
  return `The workloads differ in ${changed.join(', ')}: the base used ${describeWorkload(ofBase)}; the run used ${describeWorkload(ofRun)}. This may explain part of each difference.`;
}
