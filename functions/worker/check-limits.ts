import type { Deps } from '../../shared/ports.ts';
import type { BatchProgress, RunRecord, StopReason } from '../../shared/records/records.ts';
import type { ClaimedBatch } from './claim-batch.ts';

/** Minimum number of finished requests before the error rate can stop a run. With fewer, the rate is uncertain. */
const minFinished = 20;

/** Numbers of finished and failed requests that each batch attempt has already added to the run's counters. */
const counted = new WeakMap<BatchProgress, { finished: number; failed: number }>();

const readCounts = ({ ok, failed }: BatchProgress) => ({ finished: ok + failed, failed });

/** Marks these requests as counted, because earlier attempts already added them to the run's counters. */
export function markMissingCounts(progress: BatchProgress): void {
  counted.set(progress, readCounts(progress));
}

/**
 * Adds a batch's newly finished requests to the run's counters. Stops the run if its error rate exceeds
 * `limits.maxErrorRate`, or if it has been active for longer than `limits.maxDurationMs`. Returns the stop reason, or null.
 */
export async function checkErrorRate(
  deps: Pick<Deps, 'runs' | 'clock'>,
  { run, deadlineMs }: Pick<ClaimedBatch, 'run' | 'deadlineMs'>,
  progress: BatchProgress,
): Promise<StopReason | null> {
  const { maxErrorRate } = run.spec.limits;
  if (deps.clock.monotonicMs() > deadlineMs) return stopRun(deps, run, 'run_duration');
  if (maxErrorRate === undefined) return null;
  const before = counted.get(progress) ?? { finished: 0, failed: 0 };
  const now = readCounts(progress);
  if (now.finished === before.finished) return null;
  counted.set(progress, now);
  const added = { finished: now.finished - before.finished, failed: now.failed - before.failed };
  const total = await deps.runs.count(run.runId, added);
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

export type CostBudget = ReturnType<typeof createCostBudget>;

/**
 * Enforces a run's cost limit across all its workers. Reserves the maximum cost of each request before it is sent. To
 * save writes, each write reserves the cost of up to `lookahead` requests. If the limit is reached, waits for open
 * requests, which may cost less than reserved. Lost workers keep their reservations, so the run may stop too early. The
 * run stops too late only if a server counts more tokens than the Llama 2 tokenizer.
 */
export function createCostBudget(deps: Pick<Deps, 'runs'>, run: RunRecord, capUsd: number, lookahead: number) {
  const capNanoUsd = Math.floor(capUsd * 1e9);
  let free = 0;
  let inFlight = 0;
  let wake: (() => void) | null = null;

  const reserve = async (nanoUsd: number): Promise<boolean> => {
    for (const portion of [nanoUsd * lookahead, nanoUsd]) {
      if (await deps.runs.reserve(run.runId, portion, capNanoUsd)) {
        free += portion;
        return true;
      }
    }
    return false;
  };

  return {
    /** Reserves the maximum cost of a request before it is sent. Returns false if no further request is allowed. */
    take: async (nanoUsd: number): Promise<boolean> => {
      for (;;) {
        if (free >= nanoUsd || (await reserve(nanoUsd - free))) break;
        if (inFlight === 0) return false;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      free -= nanoUsd;
      inFlight += 1;
      return true;
    },
    /** Replaces the reserved cost of a finished request by its actual cost. */
    settle: (reservedNanoUsd: number, actualNanoUsd: number) => {
      free += reservedNanoUsd - actualNanoUsd;
      inFlight -= 1;
      wake?.();
      wake = null;
    },
    /** Releases the reserved cost that this worker did not use, so that other workers can reserve it. */
    close: async () => {
      if (free !== 0) await deps.runs.reserve(run.runId, -free, Number.MAX_SAFE_INTEGER);
      free = 0;
    },
  };
}
