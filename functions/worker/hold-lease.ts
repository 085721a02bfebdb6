import type { Deps } from '../../shared/ports.ts';
import type { BatchProgress, BatchRecord, StageStop, StopReason } from '../../shared/records/records.ts';

/** Reason to end a batch: the worker has lost the batch's lease, or the run or the stage must stop. */
export type LeaseSignal = StopReason | StageStop['reason'] | 'lost';

export type Lease = ReturnType<typeof holdLease>;

/**
 * Holds the lease of a claimed batch. Each heartbeat extends the lease, stores the progress, and checks whether the run
 * must stop. `onBeat` can return a further reason to stop. Calls `onSignal` once per reason. If the store does not
 * respond, the lease is lost when it expires on the worker's clock. Another worker may then hold the batch.
 */
export function holdLease(
  deps: Pick<Deps, 'batches' | 'runs' | 'clock' | 'config' | 'logger'>,
  claimed: BatchRecord,
  progress: () => BatchProgress,
  onBeat: () => Promise<Exclude<LeaseSignal, 'lost'> | null>,
  onSignal: (signal: LeaseSignal) => void,
) {
  const { runId, stageIndex, batchIndex, attempt, leaseOwner } = claimed;
  const { heartbeatMs, leaseMs } = deps.config;
  const closing = new AbortController();
  const signaled = new Set<LeaseSignal>();
  let renewedAtMs = deps.clock.monotonicMs();
  let lost = false;

  const signal = (found: LeaseSignal) => {
    if (signaled.has(found)) return;
    signaled.add(found);
    onSignal(found);
  };
  const lose = () => {
    lost = true;
    signal('lost');
  };

  const update = async (set: Partial<BatchRecord>): Promise<boolean> => {
    if (lost) return false;
    const atMs = deps.clock.monotonicMs();
    const lease = { leaseExpiresAtMs: deps.clock.nowMs() + leaseMs, progress: progress() };
    const held = { attempt, leaseOwner, status: 'running' } as const;
    const updated = await deps.batches.update({ runId, stageIndex, batchIndex }, held, { ...lease, ...set });
    if (updated === null) lose();
    else renewedAtMs = Math.max(renewedAtMs, atMs);
    return updated !== null;
  };

  const beat = async () => {
    try {
      if (!(await update({}))) return;
      const stop = (await deps.runs.getStop(runId)) ?? (await onBeat());
      if (stop !== null) signal(stop === 'gone' ? 'lost' : stop);
    } catch (error) {
      deps.logger.warn('heartbeat failed', { runId, stageIndex, batchIndex, error });
      if (deps.clock.monotonicMs() - renewedAtMs >= leaseMs) lose();
    }
  };

  const beating = (async () => {
    while (!closing.signal.aborted && !lost) {
      await deps.clock.sleep(heartbeatMs, closing.signal);
      if (!closing.signal.aborted) await beat();
    }
  })();

  return {
    /** Updates the batch, extends the lease, and stores the progress. If the lease is lost, returns false instead. */
    update,
    /** Stops the heartbeats, and waits for a heartbeat that is in progress. */
    close: async () => {
      closing.abort();
      await beating;
    },
  };
}
