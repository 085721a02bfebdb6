import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { chooseOrigin } from '../../shared/llmperf/choose-origin.ts';
import { planRun } from '../../shared/plan/plan-run.ts';
import type { FinalizeMessage } from '../../shared/records/messages.ts';
import type { Failure, RunRecord, StopReason } from '../../shared/records/records.ts';
import { buildReport, type StageInput } from '../../shared/report/build/build-report.ts';
import { serializeReport } from '../../shared/report/build/serialize-report.ts';
import { endRun } from '../../shared/runs/end-run.ts';
import { readStageInput } from '../../shared/runs/read-stage-input.ts';
import { tokenmeterVersion } from '../../shared/version.ts';
import { processRecords } from '../process-records.ts';
import { readMessageOfKind } from '../read-message.ts';
import type { FinalizerDeps } from './compose.ts';
import { readBaseline } from './read-baseline.ts';

/** Creates the handler of `finalize` messages. */
export function createFinalizer(deps: FinalizerDeps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, (record) => finalizeRun(deps, readMessageOfKind('finalize', record.body)));
}

const stopMessages: Record<Exclude<StopReason, 'run_canceled'>, string> = {
  run_duration: 'The run reached limits.maxDurationMs; the report covers the requests until then',
  error_rate: 'The share of failed requests exceeded limits.maxErrorRate; the report covers the requests until then',
  cost_cap: 'The next request could have exceeded limits.maxCostUsd; the report covers the requests until then',
};

/**
 * Builds and stores the report of a finished run, and ends the run. A repeated call gives the same bytes, because the report
 * depends only on the spec, the samples, and the prices.
 */
export async function finalizeRun(deps: FinalizerDeps, message: FinalizeMessage): Promise<void> {
  const run = await deps.runs.get(message.runId);
  if (run === null || run.status !== 'finalizing') return;
  const startMs = deps.clock.monotonicMs();
  const plan = planRun(run.spec, run);
  const stages: StageInput[] = [];
  const failures: Failure[] = [];
  for (const stage of plan) {
    const input = await readStageInput(deps, run, plan, stage);
    stages.push(input);
    failures.push(...input.failures);
  }
  const failure = chooseFailure(run, failures);
  const baseline = await readBaseline(deps, run);
  const origin = chooseOrigin(run.spec);
  const report = buildReport({ run: { ...run, failure }, stages, baseline, origin, tokenmeterVersion });
  await deps.reports.put(run.runId, serializeReport(report));
  deps.telemetry.record('finalizeMs', deps.clock.monotonicMs() - startMs, { runId: run.runId });
  const status = run.stop === 'run_canceled' ? 'canceled' : failure === null ? 'completed' : 'failed';
  const { result: trust, reasons: trustReasons } = report.trust;
  await endRun(deps, run.runId, { status, failure, verdict: report.verdict.result, trust, trustReasons });
}

function chooseFailure(run: RunRecord, failures: readonly Failure[]): Failure | null {
  if (run.stop === 'run_canceled') return null;
  if (run.stop !== null) return { code: run.stop, message: stopMessages[run.stop] };
  return failures[0] ?? null;
}
