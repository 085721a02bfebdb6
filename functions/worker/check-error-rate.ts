import type { Deps } from '../../shared/ports.ts';
import type { BatchProgress, RunRecord, StopReason } from '../../shared/records/records.ts';

/** With fewer ended requests, the share of failures is too uncertain. */
const minFinished = 20;

/** The counts of each batch attempt that the run's counters already include. */
const counted = new WeakMap<BatchProgress, { finished: number; failed: number }>();

const readCounts = ({ ok, failed }: BatchProgress) => ({ finished: ok + failed, failed });

/** Marks the counts that a batch adopted from earlier attempts as included; those attempts have added them. */
export function addMissingCounts(progress: BatchProgress): void {
  counted.set(progress, readCounts(progress));
}

/**
 * Adds the batch's newly finished requests to the run's counters. Stops the run if the share of failures exceeds
 * `limits.maxErrorRate`, or after `limits.maxDurationMs`.
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

/** Stops all workers of the run, unless it is already stopped; returns the reason that counts. */
export async function stopRun(
  { runs }: Pick<Deps, 'runs'>,
  { runId }: Pick<RunRecord, 'runId'>,
  reason: StopReason,
): Promise<StopReason> {
  const updated = await runs.update(runId, { stop: null, status: ['queued', 'running'] }, { stop: reason });
  return updated?.stop ?? reason;
}
