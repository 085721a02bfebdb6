import type { Deps } from '../../shared/ports.ts';
import type { BatchProgress, RunRecord, StopReason } from '../../shared/records/records.ts';

/** Below this many ended requests a share of failures says nothing. */
const minFinished = 20;

/** Takes what a batch adopted from earlier attempts as told already: they have told it themselves. */
export function addMissingCounts(progress: BatchProgress): void {
  told.set(progress, { finished: progress.ok + progress.failed, failed: progress.failed });
}

/** How far a batch's counters have been added to the run's; one per batch attempt. */
const told = new WeakMap<BatchProgress, { finished: number; failed: number }>();

/**
 * Adds what the batch has newly finished to the run's counters and, where the share of failures passes
 * `limits.maxErrorRate`, stops the run; also stops it once `limits.maxDurationMs` is over.
 */
export async function checkErrorRate(
  deps: Pick<Deps, 'runs' | 'clock'>,
  run: RunRecord,
  progress: BatchProgress,
): Promise<StopReason | null> {
  const { maxErrorRate, maxDurationMs } = run.spec.limits;
  if (run.startedAtMs !== null && deps.clock.nowMs() > run.startedAtMs + maxDurationMs)
    return stopRun(deps, run, 'run_duration');
  if (maxErrorRate === undefined) return null;
  const before = told.get(progress) ?? { finished: 0, failed: 0 };
  const now = { finished: progress.ok + progress.failed, failed: progress.failed };
  if (now.finished === before.finished) return null;
  told.set(progress, now);
  const total = await deps.runs.count(run.runId, {
    finished: now.finished - before.finished,
    failed: now.failed - before.failed,
  });
  const over = total.finishedCount >= minFinished && total.failedCount / total.finishedCount > maxErrorRate;
  return over ? stopRun(deps, run, 'error_rate') : null;
}

/** Tells all workers of the run to stop, unless they have been told to for another reason. */
export async function stopRun(
  deps: Pick<Deps, 'runs'>,
  run: Pick<RunRecord, 'runId'>,
  reason: StopReason,
): Promise<StopReason> {
  const updated = await deps.runs.update(run.runId, { stop: null, status: ['queued', 'running'] }, { stop: reason });
  return updated?.stop ?? reason;
}
