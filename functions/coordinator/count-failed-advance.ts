import { hasElapsed } from '../../shared/has-elapsed.ts';
import type { Failure, RunRecord } from '../../shared/records/records.ts';
import { releaseWorkers } from './admit-group.ts';
import type { CoordinatorDeps } from './compose.ts';
import { closeQueuedBatch } from './tend-batch.ts';
import { sendFinalize } from './tend-report.ts';

/** Time in ms after which a run is given up if every advance has failed. Shorter outages of the table end before. */
const giveUpAfterMs = 900_000;

const failure: Failure = {
  code: 'advance_failed',
  message: 'The service failed repeatedly to continue the run. The report covers the requests until then',
};

/** Counts a failure to advance a run in a conditional write. Gives up the run after too many failures in a row. */
export async function countFailedAdvance(deps: CoordinatorDeps, runId: string): Promise<void> {
  const run = await deps.runs.get(runId);
  if (run === null || (run.status !== 'queued' && run.status !== 'running')) return;
  const nowMs = deps.clock.nowMs();
  const { status, advanceFailures } = run;
  const failures = (advanceFailures ?? 0) + 1;
  const sinceMs = run.advanceFailingSinceMs ?? nowMs;
  const counts = { advanceFailures: failures, advanceFailingSinceMs: sinceMs };
  const updated = await deps.runs.update(runId, { status, advanceFailures }, counts);
  if (updated === null || failures <= deps.config.maxBatchFailures) return;
  if (hasElapsed(sinceMs, giveUpAfterMs, nowMs)) await giveUpRun(deps, updated);
}

/** Restarts the count after an advance that succeeded. */
export async function clearFailedAdvances(deps: CoordinatorDeps, run: RunRecord): Promise<void> {
  const { runId, advanceFailures } = run;
  if (advanceFailures === null) return;
  const none = { advanceFailures: null, advanceFailingSinceMs: null };
  await deps.runs.update(runId, { advanceFailures }, none);
}

/** Stops the workers of a run and requests a report of what they measured. The run then ends as failed. */
async function giveUpRun(deps: CoordinatorDeps, run: RunRecord): Promise<void> {
  const { runId, status, stop } = run;
  await takeBatches(deps, runId).catch((error: unknown) =>
    deps.logger.error('the batches of a given up run could not be ended', { runId, error }),
  );
  const ended = { status: 'finalizing', finalizeSentAtMs: deps.clock.nowMs() } as const;
  const change = stop === null ? { ...ended, failure } : ended;
  if ((await deps.runs.update(runId, { status, stop }, change)) === null) return;
  deps.logger.error('run given up after failures to advance it', { runId });
  await sendFinalize(deps, run);
  await releaseWorkers(deps, run);
}

/** Takes all open batches from their workers, whose leases end, and fails them. They keep their samples. */
async function takeBatches(deps: CoordinatorDeps, runId: string): Promise<void> {
  for (const batch of await deps.batches.list(runId)) {
    const { status, attempt } = batch;
    if (status !== 'queued' && status !== 'running') continue;
    const next = { status: 'queued', attempt: attempt + 1, leaseOwner: null, leaseExpiresAtMs: null } as const;
    const taken = await deps.batches.update(batch, { status, attempt }, next);
    if (taken !== null)
      await closeQueuedBatch(deps, taken, { status: 'failed', notSentReason: 'worker_failed', failure });
  }
}
