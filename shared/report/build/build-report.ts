import { chooseThroughput, findHighestThroughput } from '../../cost/compute-dedicated-cost.ts';
import { poolGaps } from '../../metrics/chunk-gaps.ts';
import { formatInstant } from '../../records/format-instant.ts';
import { buildReportedManifest } from '../../records/manifest.ts';
import type { RunRecord } from '../../records/records.ts';
import type { RunSpec } from '../../spec/run-spec.ts';
import { hasFixedPrompts } from '../../workload/workload.ts';
import type { Report, StageReport, TargetReport } from '../model/report.ts';
import { type Result, resultSchema } from '../model/result.ts';
import type { SweepReport } from '../model/sweep-report.ts';
import { buildResult } from './build-result.ts';
import { buildStageReport } from './build-stage-report.ts';
import { buildSweeps } from './build-sweeps.ts';
import { buildChartData } from './charts/build-chart-data.ts';
import { type BaselineInput, buildBaseline, createBaselineMeasure } from './compare/build-baseline.ts';
import { type BuiltStage, compareTargets } from './compare/compare-stages.ts';
import { assignLevelRoles, findChosenLevel } from './judge/assign-level-roles.ts';
import { evaluateAssertions } from './judge/evaluate-assertions.ts';
import { doubtCrossOver, findCrossOver } from './judge/find-cross-over.ts';
import { judgeStage, judgeTrust } from './judge/judge-trust.ts';
import { measuredOrigin, type ReportOrigin } from './report-origin.ts';
import { checkSamples, type StageInput } from './stage-input.ts';

export type ReportInput = {
  run: Pick<
    RunRecord,
    | 'runId'
    | 'spec'
    | 'maxStreamsPerWorker'
    | 'stop'
    | 'failure'
    | 'createdAtMs'
    | 'startedAtMs'
    | 'manifestSha256'
    | 'rerunOf'
  >;
  stages: readonly StageInput[];
  /** The run's baseline. Null or omitted if the spec has no baseline. */
  baseline?: BaselineInput | null;
  /** Where the samples come from. Default: this service measured them. */
  origin?: ReportOrigin;
  tokenmeterVersion: string;
};

/**
 * Builds the report of a run. The same input always gives the same report, so a run can be finalized again.
 * @throws Error if the samples are not exactly the requests of the plan
 */
export function buildReport(input: ReportInput): Report {
  const { run, stages, baseline = null, origin = measuredOrigin, tokenmeterVersion } = input;
  for (const stage of stages) checkSamples(stage);
  const { spec } = run;
  const built = stages.map((stage) => ({ input: stage, report: buildStageReport(spec, stage, origin) }));
  const stageReports = built.map(({ report }) => report);
  const placed = built.map(({ input: { samples }, report: { targetId, stageIndex } }) => {
    return { targetId, stageIndex, samples };
  });
  const crossOver = findCrossOver(placed);
  const againstBaseline = buildBaseline({ spec, origin }, built, baseline);
  const judged = built.map(({ input, report }) => judgeStage(input, report, origin));
  const sweeps = buildSweeps(spec, judged);
  return {
    schemaVersion: 2,
    tokenmeterVersion,
    run: describeRun(run, stages, origin),
    manifest: buildReportedManifest(run),
    verdict: evaluateAssertions(
      spec.assertions,
      listAssertedStages(stageReports, sweeps),
      createBaselineMeasure(baseline, againstBaseline),
    ),
    trust: doubtCrossOver(judgeTrust(judged, assignLevelRoles(sweeps)), crossOver),
    comparisons: compareTargets(built, hasFixedPrompts(spec.workload)),
    baseline: againstBaseline,
    targets: spec.targets.map((target, targetIndex) => buildTargetReport(spec, target, targetIndex, built, origin)),
    stages: stageReports,
    service: origin.estimateService(stages),
    sweeps,
    charts: buildChartData(
      spec.targets.map(({ id }) => id),
      placed.map(({ samples, ...stage }) => ({ ...stage, measured: samples.filter(({ warmup }) => !warmup) })),
    ),
    crossOver,
    metrics: origin.definitions,
  };
}

/** Lists the stages that assertions check. If a search chose a level for a target, omits the target's other stages. */
function listAssertedStages(stages: readonly StageReport[], sweeps: readonly SweepReport[]): StageReport[] {
  const chosen = new Map(sweeps.map((sweep) => [sweep.targetId, findChosenLevel(sweep)]));
  return stages.filter(({ targetId, stageIndex }) => (chosen.get(targetId) ?? stageIndex) === stageIndex);
}

function describeRun(run: ReportInput['run'], stages: readonly StageInput[], origin: ReportOrigin): Report['run'] {
  const { runId, spec, manifestSha256, rerunOf, stop, failure } = run;
  return {
    runId,
    name: spec.name ?? null,
    manifestSha256,
    promptDigest: stages.flatMap(({ attempts }) => attempts.flatMap(({ prompts }) => prompts ?? []))[0] ?? null,
    rerunOf,
    createdAt: formatInstant(run.createdAtMs),
    startedAt: run.startedAtMs === null ? null : formatInstant(run.startedAtMs),
    stop,
    failure,
    ...origin.describeRun(spec),
    metadata: spec.metadata,
  };
}

function buildTargetReport(
  { workload, slos }: RunSpec,
  target: RunSpec['targets'][number],
  targetIndex: number,
  built: readonly BuiltStage[],
  origin: ReportOrigin,
): TargetReport {
  const own = built.filter(({ input }) => input.plan.targetIndex === targetIndex);
  const stageIndices = own.map(({ report }) => report.stageIndex);
  const names = { targetId: target.id, model: target.model, ...origin.describeConnection(target), stageIndices };
  const [only] = own;
  if (only !== undefined && own.length === 1) return { ...names, ...pickResult(only.report) };
  const result = buildResult({
    samples: own.flatMap(({ input }) => [...input.samples]),
    chunkGapsMs: poolGaps(own.map(({ input }) => input.chunkGapsMs)),
    target,
    throughput: findHighestThroughput(own.map(({ report }) => chooseThroughput(report.stageIndex, report.windows))),
    workload,
    slos,
  });
  return { ...names, ...result, requests: origin.explainMissing(result.requests) };
}

const resultFields = resultSchema.keyof().options;

function pickResult(report: StageReport): Result {
  return Object.fromEntries(resultFields.map((name) => [name, report[name]])) as Result; // the object has all fields of a result, each with its own value
}
