import { hasElapsed } from '../../shared/has-elapsed.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import { endRun } from '../../shared/runs/end-run.ts';
import { isReportHeld } from '../../shared/runs/report-lease.ts';
import { releaseWorkers } from './admit-group.ts';
import type { CoordinatorDeps } from './compose.ts';
import { tallyUsage } from './tally-usage.ts';

/** Ends the measurement of a run and requests its report. Returns whether another step may be due. */
export async function startFinalizing(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const expect = { status: ['queued', 'running'], groupIndex: run.groupIndex, stop: run.stop } as const;
  const change = { status: 'finalizing', finalizeSentAtMs: deps.clock.nowMs() } as const;
  const updated = await deps.runs.update(run.runId, expect, change);
  if (updated === null) return true;
  await sendFinalize(deps, run);
  await releaseWorkers(deps, run);
  return false;
}

export async function sendFinalize(
  { queue }: Pick<CoordinatorDeps, 'queue'>,
  { runId, tenantId }: RunRecord,
): Promise<void> {
  await queue.send({ kind: 'finalize', runId }, { tenantId });
}

/**
 * Keeps a run from waiting for its report forever: resends a lost message, or ends the run after too many tries. Returns
 * false, because the finalizer takes the next step.
 */
export async function tendReport(deps: CoordinatorDeps, run: RunRecord): Promise<boolean> {
  const nowMs = deps.clock.nowMs();
  const { finalizeSentAtMs, endStatus } = run;
  if (endStatus === null) {
    if (isReportHeld(deps.config, run, nowMs)) return false;
    if (isHopeless(deps, run, nowMs)) {
      await failWithoutReport(deps, run.runId);
      return false;
    }
  }
  if (finalizeSentAtMs !== null && !hasElapsed(finalizeSentAtMs, deps.config.resendAfterMs, nowMs)) return false;
  const expect = { status: 'finalizing', finalizeSentAtMs } as const;
  const updated = await deps.runs.update(run.runId, expect, { finalizeSentAtMs: nowMs });
  if (updated !== null) await sendFinalize(deps, run);
  return false;
}

/** Time in ms after the first try from which no further try to build a report starts. */
const lastTryAfterMs = 900_000;

/** Returns whether the report cannot be built. A message that only waits in the queue does not count as a try. */
function isHopeless({ config }: CoordinatorDeps, run: RunRecord, nowMs: number): boolean {
  const { finalizeTries, finalizeTriedAtMs } = run;
  if (finalizeTries === null || finalizeTriedAtMs === null) return false;
  return finalizeTries > config.maxBatchFailures || hasElapsed(finalizeTriedAtMs, lastTryAfterMs, nowMs);
}

/** Fails a run whose report could not be built, unless a finalizer is building it. */
export async function failWithoutReport(deps: CoordinatorDeps, runId: string): Promise<void> {
  const run = await deps.runs.get(runId);
  if (run?.status !== 'finalizing' || isReportHeld(deps.config, run, deps.clock.nowMs())) return;
  const message = 'The report could not be built. The samples are still stored';
  const failure = run.failure ?? { code: 'finalize_failed', message };
  const usage = tallyUsage(run, await deps.batches.list(runId));
  await endRun(deps, runId, { status: 'failed', failure, verdict: null, trust: null, trustReasons: [], usage });
}
