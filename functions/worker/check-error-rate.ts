import type { Deps } from '../../shared/ports.ts';
import type { BatchProgress, RunRecord, StopReason } from '../../shared/records/records.ts';

/** Minimum number of finished requests: with fewer, the error rate is too uncertain to stop a run. */
const minFinished = 20;

/** For each batch attempt, the numbers of requests that were already added to the run's counters. */
const counted = new WeakMap<BatchProgress, { finished: number; failed: number }>();

const readCounts = ({ ok, failed }: BatchProgress) => ({ finished: ok + failed, failed });

/** Records that earlier attempts already added their requests to the run's counters, so they are not added again. */
export function addMissingCounts(progress: BatchProgress): void {
  counted.set(progress, readCounts(progress));
}

/**
 * Adds a batch's newly finished requests to the run's counters. Stops the run if its error rate exceeds
 * `limits.maxErrorRate`, or if it has lasted longer than `limits.maxDurationMs`.
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
  const before = counted.get(progress) ?? { finished: 0, failed: 0 };
  const now = readCounts(progress);
  if (now.finished === before.finished) return null;
  counted.set(progress, now);
  const total = await deps.runs.count(run.runId, {
    finished: now.finished - before.finished,
    failed: now.failed - before.failed,
  });
  const over = total.finishedCount >= minFinished && total.failedCount / total.finishedCount > maxErrorRate;
  return over ? stopRun(deps, run, 'error_rate') : null;
}

/** Stops all workers of a run. Returns the reason, or the earlier reason if the run was already stopped. */
export async function stopRun(
  { runs }: Pick<Deps, 'runs'>,
  { runId }: Pick<RunRecord, 'runId'>,
  reason: StopReason,
): Promise<StopReason> {
  const updated = await runs.update(runId, { stop: null, status: ['queued', 'running'] }, { stop: reason });
  return updated?.stop ?? reason;
}
