import { isDeepStrictEqual } from 'node:util';
import type { ShareEstimate } from '../../../metrics/metric-value.ts';
import type { RunSpec } from '../../../spec/run-spec.ts';
import { combineIntervals } from '../../../stats/combine-intervals.ts';
import { type Change, judgeChange, minimumNForChange, type Tolerance } from '../../../stats/judge-change.ts';
import { hasFixedPrompts } from '../../../workload/workload.ts';
import type { Compared } from '../../model/compared.ts';
import type { StageReport } from '../../model/report.ts';
import type { MetricChange, RunComparison } from '../../model/run-comparison.ts';
import { describeLoad } from '../../words/describe-load.ts';
import { oneOfARun } from '../measure-value.ts';
import type { ReportOrigin } from '../report-origin.ts';
import { type ComparableStage, comparedOf, compareStages, isSameLoad } from './compare-stages.ts';
import { describeWorkloadDifference } from './describe-workload-difference.ts';

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
  const samePrompts = askTheSame(base, run);
  const pairs = pairStages(base.stages, run.stages);
  const stages = pairs.map(([ofBase, ofRun]) => {
    const targets = { base: ofBase.report.targetId, target: ofRun.report.targetId };
    const names = nameOf(targets);
    const figures = [
      ...compareStages(ofBase, ofRun, names, samePrompts).map((compared) =>
        judgeMetric(
          compared,
          { base: base.origin, run: run.origin },
          { base: ofBase.report, run: ofRun.report },
          tolerance,
        ),
      ),
      ...compareShares(ofBase.report, ofRun.report, names, shareTolerance),
    ];
    return {
      targetId: targets.target,
      baseTargetId: targets.base,
      stageIndex: ofRun.report.stageIndex,
      baseStageIndex: ofBase.report.stageIndex,
      load: describeLoad(ofRun.report),
      verdict: worstOf(figures.map(({ verdict }) => verdict)),
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
    verdict: worstOf(stages.map(({ verdict }) => verdict)),
    stages,
    unmatched: { base: rest(base.stages, 0), run: rest(run.stages, 1) },
  };
}

function nameStage(report: StageReport): string {
  const load = describeLoad(report);
  return `${report.targetId}, stage ${report.stageIndex}${load === '' ? '' : ` (${load})`}`;
}

/** An import tells nothing of its prompts, so they are not known to be the same. */
function askTheSame(base: ComparableRun, run: ComparableRun): boolean {
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

type Both<T> = { base: T; run: T };

function judgeMetric(
  compared: Compared,
  origins: Both<ReportOrigin>,
  { base, run }: Both<StageReport>,
  tolerance: number,
): MetricChange {
  if (compared.metric === 'costPerThousandRequestsUsd') return judgeCost(compared, base, run, tolerance);
  if (compared.metric !== 'outputTokensPerSecond') return judgeRatio(compared, tolerance);
  const odd = origins.base.describeOddSpeed(base.requests) ?? origins.run.describeOddSpeed(run.requests);
  return odd === null ? judgeRatio(compared, tolerance) : withoutVerdict(compared, odd);
}

function judgeRatio(compared: Compared, tolerance: number): MetricChange {
  const { inference, metric, ratio, reason } = compared;
  if (ratio === null) return withoutVerdict(compared, reason);
  if (inference === null) {
    const why = compared.statistic === null ? oneOfARun : 'either run has fewer than ten values';
    return withoutVerdict(compared, why);
  }
  const { value, interval, reason: withheld } = inference.ratio;
  if (value === null || interval === null) return withoutVerdict(compared, withheld ?? 'the ratio has no interval');
  const n = Math.min(inference.nBase, inference.nTarget);
  return judged(compared, n, { value, interval }, { low: 1 - tolerance, high: 1 + tolerance }, metric);
}

/** Measured cost by the ratio of two means apart. */
function judgeCost(compared: Compared, base: StageReport, run: StageReport, tolerance: number): MetricChange {
  const [ofBase, ofRun] = [base.cost.costPerThousandRequestsUsd, run.cost.costPerThousandRequestsUsd];
  if (compared.ratio === null || ofBase.value === null || ofRun.value === null)
    return withoutVerdict(compared, compared.reason);
  if (ofBase.interval === null || ofRun.interval === null)
    return withoutVerdict(compared, ofBase.intervalReason ?? ofRun.intervalReason);
  const { value, interval, reason } = combineIntervals(
    { value: ofBase.value, interval: ofBase.interval },
    { value: ofRun.value, interval: ofRun.interval },
  ).ratio;
  if (value === null || interval === null) return withoutVerdict(compared, reason);
  const n = Math.min(ofBase.n, ofRun.n);
  return judged(compared, n, { value, interval }, { low: 1 - tolerance, high: 1 + tolerance }, compared.metric);
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
    const what = { metric, statistic: null, window: null };
    const compared = comparedOf(what, names, ofBase, ofRun);
    if (ofBase.interval === null || ofRun.interval === null || ofBase.value === null || ofRun.value === null)
      return withoutVerdict(compared, compared.reason);
    const { value, interval } = combineIntervals(
      { value: ofBase.value, interval: ofBase.interval },
      { value: ofRun.value, interval: ofRun.interval },
    ).difference;
    if (value === null || interval === null) return withoutVerdict(compared, 'the difference has no interval');
    const n = Math.min(ofBase.n, ofRun.n);
    return judged(compared, n, { value, interval }, { low: -tolerance, high: tolerance }, metric);
  });
}

function judged(
  compared: Compared,
  n: number,
  { value, interval }: { value: number; interval: NonNullable<MetricChange['verdictInterval']> },
  tolerance: Tolerance,
  metric: string,
): MetricChange {
  const verdict = judgeChange(interval, tolerance, higherIsBetter.has(metric) ? 'higher' : 'lower');
  const sure = { ...compared, verdict, verdictInterval: interval, decidingN: null, verdictReason: null };
  if (verdict !== 'inconclusive') return sure;
  const decidingN = minimumNForChange(n, value, interval, tolerance);
  return { ...sure, decidingN, verdictReason: 'the interval reaches beyond the tolerance and into it' };
}

function withoutVerdict(compared: Compared, verdictReason: string | null): MetricChange {
  return { ...compared, verdict: null, verdictInterval: null, decidingN: null, verdictReason };
}

/** One figure that is worse makes the whole worse, and one that is inconclusive leaves it open. */
function worstOf(verdicts: readonly (Change | null)[]): Change | null {
  for (const verdict of ['worse', 'inconclusive', 'better', 'same'] as const)
    if (verdicts.includes(verdict)) return verdict;
  return null;
}
