import { isDeepStrictEqual } from 'node:util';
import type { ShareEstimate } from '../../../metrics/metric-value.ts';
import type { RunSpec } from '../../../spec/run-spec.ts';
import { combineIntervals } from '../../../stats/combine-intervals.ts';
import { type Change, judgeChange, minimumNForChange, type Tolerance } from '../../../stats/judge-change.ts';
import { describeWorkload, hasFixedPrompts } from '../../../workload/workload.ts';
import type { StageReport } from '../../model/report.ts';
import type { Compared, MetricChange, RunComparison } from '../../model/run-comparison.ts';
import { describeLoad } from '../../words/describe-load.ts';
import { oneOfARun } from '../measure-value.ts';
import type { ReportOrigin } from '../report-origin.ts';
import { type ComparableStage, compareFigures, compareStages, isSameLoad } from './compare-stages.ts';

export type ComparableRun = {
  spec: Pick<RunSpec, 'workload' | 'seed'>;
  origin: ReportOrigin;
  stages: readonly ComparableStage[];
};

export type CompareRunsOptions = {
  /** How statements call the two, for a target of the one and its twin in the other. */
  nameOf: (targets: { base: string; target: string }) => { base: string; target: string };
  tolerance: number;
  shareTolerance: number;
};

/** More is better of these; of all others less. */
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
 * A run beside another one, the base: each stage beside the one of the same target (by id; or of the only target of each) under
 * the same load. Metrics of requests are compared in pairs where both runs asked the same. Each figure that has an interval
 * gets a verdict: better, worse, the same, or inconclusive.
 */
export function compareRuns(base: ComparableRun, run: ComparableRun, options: CompareRunsOptions): RunComparison {
  const { tolerance, shareTolerance, nameOf } = options;
  const samePrompts = haveSamePrompts(base, run);
  const pairs = pairStages(base.stages, run.stages);
  const stages = pairs.map(([ofBase, ofRun]) => {
    const targets = { base: ofBase.report.targetId, target: ofRun.report.targetId };
    const names = nameOf(targets);
    const figures = [
      ...compareStages(ofBase, ofRun, names, samePrompts).map((compared) =>
        judgeMetric(compared, [base.origin, run.origin], [ofBase.report, ofRun.report], tolerance),
      ),
      ...compareShares(ofBase.report, ofRun.report, names, shareTolerance),
    ];
    return {
      targetId: targets.target,
      baseTargetId: targets.base,
      stageIndex: ofRun.report.stageIndex,
      baseStageIndex: ofBase.report.stageIndex,
      load: describeLoad(ofRun.report),
      verdict: findWorstVerdict(figures.map(({ verdict }) => verdict)),
      metrics: figures,
    };
  });
  const rest = (all: readonly ComparableStage[], side: 0 | 1) =>
    all.filter((stage) => !pairs.some((pair) => pair[side] === stage)).map(({ report }) => nameStage(report));
  return {
    samePrompts,
    workloadDifference: describeWorkloadDifference(base, run),
    tolerance,
    shareTolerance,
    verdict: findWorstVerdict(stages.map(({ verdict }) => verdict)),
    stages,
    unmatched: { base: rest(base.stages, 0), run: rest(run.stages, 1) },
  };
}

function nameStage(report: StageReport): string {
  const load = describeLoad(report);
  return `${report.targetId}, stage ${report.stageIndex}${load === '' ? '' : ` (${load})`}`;
}

/** An import tells nothing of its prompts, so they are not known to be the same. */
function haveSamePrompts(base: ComparableRun, run: ComparableRun): boolean {
  if (!base.origin.isMeasuredHere || !run.origin.isMeasuredHere) return false;
  const isSame = base.spec.seed === run.spec.seed && isDeepStrictEqual(base.spec.workload, run.spec.workload);
  return isSame && hasFixedPrompts(base.spec.workload);
}

function pairStages(
  bases: readonly ComparableStage[],
  stages: readonly ComparableStage[],
): [base: ComparableStage, run: ComparableStage][] {
  const targetsOf = (all: readonly ComparableStage[]) => new Set(all.map(({ report }) => report.targetId));
  const onlyOne = targetsOf(bases).size === 1 && targetsOf(stages).size === 1;
  const free = [...bases];
  return stages.flatMap((stage) => {
    const twins = free.filter(
      ({ report }) => (onlyOne || report.targetId === stage.report.targetId) && isSameLoad(report, stage.report),
    );
    const twin = twins.find(({ report }) => report.levelIndex === stage.report.levelIndex) ?? twins[0];
    if (twin === undefined) return [];
    free.splice(free.indexOf(twin), 1);
    return [[twin, stage]];
  });
}

function judgeMetric(
  compared: Compared,
  [ofBase, ofRun]: readonly [ReportOrigin, ReportOrigin],
  [base, run]: readonly [StageReport, StageReport],
  tolerance: number,
): MetricChange {
  if (compared.metric === 'costPerThousandRequestsUsd') return judgeCost(compared, base, run, tolerance);
  if (compared.metric !== 'outputTokensPerSecond') return judgeRatio(compared, tolerance);
  const odd = ofBase.describeOddSpeed(base.requests) ?? ofRun.describeOddSpeed(run.requests);
  return odd === null ? judgeRatio(compared, tolerance) : withholdVerdict(compared, odd);
}

function judgeRatio(compared: Compared, tolerance: number): MetricChange {
  const { inference, ratio, reason } = compared;
  if (ratio === null) return withholdVerdict(compared, reason);
  if (inference === null) {
    const why = compared.statistic === null ? oneOfARun : 'either run has fewer than ten values';
    return withholdVerdict(compared, why);
  }
  const { value, interval, reason: withheld } = inference.ratio;
  if (value === null || interval === null) return withholdVerdict(compared, withheld ?? 'the ratio has no interval');
  const n = Math.min(inference.nBase, inference.nTarget);
  return judged(compared, n, { value, interval }, { low: 1 - tolerance, high: 1 + tolerance });
}

/** Measured cost by the ratio of two means apart. */
function judgeCost(compared: Compared, base: StageReport, run: StageReport, tolerance: number): MetricChange {
  const [ofBase, ofRun] = [base.cost.costPerThousandRequestsUsd, run.cost.costPerThousandRequestsUsd];
  if (compared.ratio === null) return withholdVerdict(compared, compared.reason);
  return judgeApart(compared, ofBase, ofRun, 'ratio', { low: 1 - tolerance, high: 1 + tolerance });
}

/** Shares by their difference, which is there where a ratio is not: 0 errors of 150 against 3 of 150. */
function compareShares(
  base: StageReport,
  run: StageReport,
  names: { base: string; target: string },
  tolerance: number,
): MetricChange[] {
  return Object.entries(comparedShares).map(([metric, pick]) => {
    const [ofBase, ofRun] = [pick(base), pick(run)];
    const compared = compareFigures({ metric, statistic: null, window: null }, names, ofBase, ofRun);
    return judgeApart(compared, ofBase, ofRun, 'difference', { low: -tolerance, high: tolerance });
  });
}

/** Judges two numbers by an interval combined from those of both. */
function judgeApart(
  compared: Compared,
  base: ShareEstimate & { intervalReason?: string | null },
  run: ShareEstimate & { intervalReason?: string | null },
  contrast: 'ratio' | 'difference',
  tolerance: Tolerance,
): MetricChange {
  if (base.value === null || run.value === null) return withholdVerdict(compared, compared.reason);
  if (base.interval === null || run.interval === null)
    return withholdVerdict(compared, base.intervalReason ?? run.intervalReason ?? compared.reason);
  const { value, interval, reason } = combineIntervals(
    { value: base.value, interval: base.interval },
    { value: run.value, interval: run.interval },
  )[contrast];
  if (value === null || interval === null) return withholdVerdict(compared, reason);
  return judged(compared, Math.min(base.n, run.n), { value, interval }, tolerance);
}

function judged(
  compared: Compared,
  n: number,
  { value, interval }: { value: number; interval: NonNullable<MetricChange['verdictInterval']> },
  tolerance: Tolerance,
): MetricChange {
  const verdict = judgeChange(interval, tolerance, higherIsBetter.has(compared.metric) ? 'higher' : 'lower');
  const sure = { ...compared, verdict, verdictInterval: interval, decidingN: null, verdictReason: null };
  if (verdict !== 'inconclusive') return sure;
  const decidingN = minimumNForChange(n, value, interval, tolerance);
  return { ...sure, decidingN, verdictReason: 'the interval reaches beyond the tolerance and into it' };
}

function withholdVerdict(compared: Compared, verdictReason: string | null): MetricChange {
  return { ...compared, verdict: null, verdictInterval: null, decidingN: null, verdictReason };
}

/** One figure that is worse makes the whole worse, and one that is inconclusive leaves it open. */
function findWorstVerdict(verdicts: readonly (Change | null)[]): Change | null {
  for (const verdict of ['worse', 'inconclusive', 'better', 'same'] as const)
    if (verdicts.includes(verdict)) return verdict;
  return null;
}

/** What each of two runs asked, in a sentence; null where that is the same, or not known, as of an import. */
function describeWorkloadDifference(base: ComparableRun, run: ComparableRun): string | null {
  if (!base.origin.isMeasuredHere || !run.origin.isMeasuredHere) return null;
  const [ofBase, ofRun] = [base.spec.workload, run.spec.workload];
  if (isDeepStrictEqual(ofBase, ofRun)) return null;
  const [baseFields, runFields]: [Record<string, unknown>, Record<string, unknown>] = [ofBase, ofRun];
  const fields = Object.keys({ ...baseFields, ...runFields });
  const changed = fields.filter((field) => !isDeepStrictEqual(baseFields[field], runFields[field]));
  return `The workloads differ (${changed.join(', ')}): the base asked ${describeWorkload(ofBase)}; the run ${describeWorkload(ofRun)}. A part of each difference may be this.`;
}
