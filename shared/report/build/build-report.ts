import { chooseThroughput, findHighestThroughput } from '../../cost/compute-dedicated-cost.ts';
import { estimateServiceCost } from '../../cost/estimate-service-cost.ts';
import { measureStageUse } from '../../cost/measure-stage-use.ts';
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
import { type BaselineInput, buildBaseline } from './compare/build-baseline.ts';
import { compareTargets } from './compare/compare-targets.ts';
import { evaluateAssertions } from './judge/evaluate-assertions.ts';
import { doubtCrossOver, findCrossOver } from './judge/find-cross-over.ts';
import { judgeStage, judgeTrust } from './judge/judge-trust.ts';
import { assignLevelRoles, findChosenLevel } from './judge/level-roles.ts';
import { measureAgainst } from './judge/measure-against-baseline.ts';
import { measuredOrigin, type ReportOrigin } from './report-origin.ts';
import type { StageInput } from './stage-input.ts';
import { checkSamples } from './stage-input.ts';

export type { StageInput } from './stage-input.ts';

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
  /** All stages of the plan, in its order. */
  stages: readonly StageInput[];
  /** Of the spec's baseline; null or left out where it names none. */
  baseline?: BaselineInput | null;
  /** Where the samples come from; this service if omitted. */
  origin?: ReportOrigin;
  tokenmeterVersion: string;
};

/**
 * The report of a run: a pure function of what it is given, so that finalizing again gives the same bytes.
 * @throws Error where the samples are not the plan's requests, each once
 */
export function buildReport(input: ReportInput): Report {
  const { run, stages, baseline = null, origin = measuredOrigin, tokenmeterVersion } = input;
  for (const stage of stages) checkSamples(stage);
  const { spec } = run;
  const built = stages.map((stage) => ({ input: stage, report: buildStageReport(spec, stage, origin) }));
  const stageReports = built.map(({ report }) => report);
  const crossOver = findCrossOver(
    built.map(({ input, report: { targetId, stageIndex } }) => ({ targetId, stageIndex, samples: input.samples })),
  );
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
      measureAgainst(baseline, againstBaseline),
    ),
    trust: doubtCrossOver(judgeTrust(judged, assignLevelRoles(sweeps)), crossOver),
    comparisons: compareTargets(built, hasFixedPrompts(spec.workload)),
    baseline: againstBaseline,
    targets: spec.targets.map((_, targetIndex) => buildTargetReport(spec, targetIndex, built, origin)),
    stages: stageReports,
    service: origin.isMeasuredHere
      ? estimateServiceCost(stages.map(({ plan, samples }) => measureStageUse(plan.batches.length, samples)))
      : null,
    sweeps,
    charts: buildChartData(
      spec.targets.map(({ id }) => id),
      built.map(({ input, report: { stageIndex, targetId } }) => ({
        stageIndex,
        targetId,
        measured: input.samples.filter(({ warmup }) => !warmup),
      })),
    ),
    crossOver,
    metrics: origin.definitions,
  };
}

/** Of a target whose search has found a load, assertions speak of the chosen level; of any other, of all its stages. */
function listAssertedStages(stages: readonly StageReport[], sweeps: readonly SweepReport[]): StageReport[] {
  const chosen = new Map(sweeps.map((sweep) => [sweep.targetId, findChosenLevel(sweep)]));
  return stages.filter(({ targetId, stageIndex }) => (chosen.get(targetId) ?? stageIndex) === stageIndex);
}

function describeRun(run: ReportInput['run'], stages: readonly StageInput[], origin: ReportOrigin): Report['run'] {
  const { spec } = run;
  return {
    runId: run.runId,
    name: spec.name ?? null,
    manifestSha256: run.manifestSha256,
    promptDigest: stages.flatMap(({ attempts }) => attempts.flatMap(({ prompts }) => prompts ?? []))[0] ?? null,
    rerunOf: run.rerunOf,
    createdAt: formatInstant(run.createdAtMs),
    startedAt: run.startedAtMs === null ? null : formatInstant(run.startedAtMs),
    stop: run.stop,
    failure: run.failure,
    ...origin.describeRun(spec),
    metadata: spec.metadata,
  };
}

function buildTargetReport(
  spec: RunSpec,
  targetIndex: number,
  built: readonly { input: StageInput; report: StageReport }[],
  origin: ReportOrigin,
): TargetReport {
  const described = spec.targets[targetIndex];
  if (described === undefined) throw new Error(`The spec has no target ${targetIndex}`);
  const own = built.filter(({ input }) => input.plan.targetIndex === targetIndex);
  const { id, model } = described;
  const names = {
    targetId: id,
    model,
    ...origin.describeReach(described),
    stageIndices: own.map(({ input }) => input.plan.stageIndex),
  };
  const [only] = own;
  if (only !== undefined && own.length === 1) return { ...names, ...pickResult(only.report) };
  const result = buildResult({
    samples: own.flatMap(({ input }) => [...input.samples]),
    chunkGapsMs: poolGaps(own.map(({ input }) => input.chunkGapsMs)),
    target: described,
    throughput: findHighestThroughput(own.map(({ report }) => chooseThroughput(report.stageIndex, report.windows))),
    workload: spec.workload,
    slos: spec.slos,
  });
  return { ...names, ...result, requests: origin.explainMissing(result.requests) };
}

const resultFields = resultSchema.keyof().options;

/** A target of one stage is told of as that stage is. */
function pickResult(report: StageReport): Result {
  return Object.fromEntries(resultFields.map((name) => [name, report[name]])) as Result; // its fields, each with its own value
}
