import { createHash } from 'node:crypto';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { chooseOrigin } from '../../shared/llmperf/choose-origin.ts';
import { planRun } from '../../shared/plan/plan-run.ts';
import type { Deps } from '../../shared/ports.ts';
import type { FinalizeMessage } from '../../shared/records/messages.ts';
import {
  type Failure,
  isTerminal,
  type RunRecord,
  type StopReason,
  type TerminalStatus,
} from '../../shared/records/records.ts';
import { noUsage } from '../../shared/records/run-usage.ts';
import { buildReport } from '../../shared/report/build/build-report.ts';
import { buildStageReport } from '../../shared/report/build/build-stage-report.ts';
import type { BaselineInput } from '../../shared/report/build/compare/build-baseline.ts';
import { type ComparableStage, makeComparable } from '../../shared/report/build/compare/compare-stages.ts';
import { serializeReport } from '../../shared/report/build/serialize-report.ts';
import type { StageInput } from '../../shared/report/build/stage-input.ts';
import type { TargetReport } from '../../shared/report/model/report.ts';
import { endRun } from '../../shared/runs/end-run.ts';
import { type FinishedDeps, readFinishedStage } from '../../shared/runs/read-finished-samples.ts';
import { readStageInput } from '../../shared/runs/read-stage-input.ts';
import { tokenmeterVersion } from '../../shared/version.ts';
import { processRecords, readMessage, readMessageOfKind } from '../process-records.ts';
import type { FinalizerDeps } from './compose.ts';
import { findFruitlessFailure } from './find-fruitless-failure.ts';
import { HoldLostError, holdReport, type ReportHold } from './hold-report.ts';
import { measureUsage } from './measure-usage.ts';
import { removeRun } from './remove-run.ts';

/** Creates the Lambda handler for `finalize`, `archive`, and `remove` messages. */
export function createFinalizer(deps: FinalizerDeps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, async (record) => {
      const message = readMessage(record.body);
      if (message.kind === 'remove') return removeRun(deps, message);
      // The writer of Parquet files is loaded on first use, so that it does not delay a report.
      if (message.kind === 'archive') return (await import('./archive-run.ts')).archiveRun(deps, message);
      return finalizeRun(deps, readMessageOfKind('finalize', record.body));
    });
}

const stopMessages: Record<Exclude<StopReason, 'run_canceled' | 'check_failed'>, string> = {
  run_duration: 'The run reached limits.maxDurationMs; the report covers the requests until then',
  error_rate: 'The share of failed requests exceeded limits.maxErrorRate; the report covers the requests until then',
  cost_cap: 'The next request could have exceeded limits.maxCostUsd; the report covers the requests until then',
};

/**
 * Builds and stores the report of a run, and then ends the run. A repeated call stores the same bytes, because the
 * report depends only on the spec, the samples, and the prices. Only one call at a time builds the report of a run.
 */
export async function finalizeRun(deps: FinalizerDeps, message: FinalizeMessage): Promise<void> {
  const run = await deps.runs.get(message.runId);
  if (run === null) return;
  // An earlier call may have ended between the end of the run and the message.
  if (isTerminal(run.status) && run.archive === null) return sendArchive(deps, run);
  if (run.status !== 'finalizing') return;
  if (run.endStatus !== null) return endAgain(deps, run, run.endStatus);
  const hold = await holdReport(deps, run);
  if (hold === null) return deps.logger.info('finalize message skipped', { runId: run.runId });
  try {
    await buildAndEnd(deps, hold);
  } catch (error) {
    if (error instanceof HoldLostError) return deps.logger.info('report left to another finalizer', { error });
    // If the table does not answer, the lease ends by itself.
    await hold.release().catch(() => undefined);
    throw error;
  }
}

/** Ends a run whose report and final status are stored, after a crash before the status was made visible. */
async function endAgain(deps: FinalizerDeps, run: RunRecord, status: TerminalStatus): Promise<void> {
  const { failure, verdict, trust, trustReasons } = run;
  await endRun(deps, run.runId, { status, failure, verdict, trust, trustReasons, usage: run.usage ?? noUsage });
  await sendArchive(deps, run);
}

async function buildAndEnd(deps: FinalizerDeps, { run, renew }: ReportHold): Promise<void> {
  const startMs = deps.clock.monotonicMs();
  const plan = planRun(run.spec, run);
  const stages: StageInput[] = [];
  const failures: Failure[] = [];
  for (const stage of plan) {
    const input = await readStageInput(deps, run, plan, stage);
    stages.push(input);
    failures.push(...input.failures);
    await renew();
  }
  const baseline = await readBaseline(deps, run, renew);
  const origin = chooseOrigin(run.spec);
  const report = buildReport({ run: { ...run, failure: null }, stages, baseline, origin, tokenmeterVersion });
  const failure = chooseFailure(run, failures, report.targets);
  report.run.failure = failure;
  await deps.reports.put(run.runId, serializeReport(report));
  deps.telemetry.record('finalizeMs', deps.clock.monotonicMs() - startMs, { runId: run.runId });
  const status = run.stop === 'run_canceled' ? 'canceled' : failure === null ? 'completed' : 'failed';
  const { result: trust, reasons: trustReasons } = report.trust;
  const facts = { failure, verdict: report.verdict.result, trust, trustReasons };
  await endRun(deps, run.runId, { ...facts, status, usage: measureUsage(run, stages) });
  await sendArchive(deps, run);
}

/** Archives the samples after the report, because nobody waits for the archive. */
async function sendArchive({ queue }: FinalizerDeps, { runId, tenantId }: RunRecord): Promise<void> {
  await queue.send({ kind: 'archive', runId }, { tenantId });
}

function chooseFailure(run: RunRecord, failures: readonly Failure[], targets: readonly TargetReport[]): Failure | null {
  if (run.stop === 'run_canceled') return null;
  if (run.stop === 'check_failed') return run.failure;
  const [internal] = failures;
  const fruitless = internal === undefined ? findFruitlessFailure(run.spec, targets) : null;
  // Without a stop, a failure is stored only if the coordinator has given up the run.
  if (run.stop === null) return run.failure ?? internal ?? fruitless;
  const message = stopMessages[run.stop];
  return { code: run.stop, message: fruitless === null ? message : `${message}. ${fruitless.message}` };
}

/**
 * Reads a run's baseline run, stage by stage. Keeps only the report and the request metrics of each stage in memory.
 * Returns null if the spec has no baseline, or the reason if the baseline run or its report no longer exists.
 */
async function readBaseline(
  deps: Pick<Deps, 'runs' | 'reports' | 'stages'> & FinishedDeps,
  run: Pick<RunRecord, 'spec' | 'tenantId'>,
  renew: ReportHold['renew'],
): Promise<BaselineInput | null> {
  if (run.spec.baseline === undefined) return null;
  const baseline = await deps.runs.get(run.spec.baseline.runId);
  if (baseline === null || baseline.tenantId !== run.tenantId) return { reason: 'the baseline run was deleted' };
  const report = await deps.reports.get(baseline.runId);
  if (report === null) return { reason: 'the baseline run has no report' };
  const plan = planRun(baseline.spec, baseline);
  const origin = chooseOrigin(baseline.spec);
  const stages: ComparableStage[] = [];
  for (const stage of plan) {
    const input = await readStageInput(deps, baseline, plan, stage, {
      withChunkGaps: false,
      readSamples: () => readFinishedStage(deps, baseline, stage),
    });
    stages.push(makeComparable({ input, report: buildStageReport(baseline.spec, input, origin) }));
    await renew();
  }
  return {
    reason: null,
    name: baseline.labels.name,
    createdAtMs: baseline.createdAtMs,
    manifestSha256: baseline.manifestSha256,
    reportSha256: createHash('sha256').update(report).digest('hex'),
    run: { spec: baseline.spec, origin, stages },
  };
}
