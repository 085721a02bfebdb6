import type { Deps } from '../../shared/ports.ts';
import type { BatchProgress, BatchRecord, StageStop, StopReason } from '../../shared/records/records.ts';

/** What a heartbeat may find out: the lease went to another worker, or the run or the stage is to stop. */
export type LeaseSignal = StopReason | StageStop['reason'] | 'lost';

export type Lease = {
  /** Changes the batch while the lease is ours, extends it and stores the progress; false: it is lost, nothing was changed. */
  update(set: Partial<BatchRecord>): Promise<boolean>;
  /** Ends the heartbeat; resolves when none is under way. */
  close(): Promise<void>;
};

/**
 * Keeps a claimed batch ours: every `heartbeatMs` extends the lease, stores the progress and looks whether the run (and,
 * by `onBeat`, the stage) is to stop. `onSignal` is called once for each thing found. A store that does not answer is tried again until the lease
 * has run out by our own clock; from then on another worker may hold the batch, so it counts as lost.
 */
export function holdLease(
  deps: Pick<Deps, 'batches' | 'runs' | 'clock' | 'config' | 'logger'>,
  claimed: BatchRecord,
  progress: () => BatchProgress,
  onBeat: () => Promise<Exclude<LeaseSignal, 'lost'> | null>,
  onSignal: (signal: LeaseSignal) => void,
): Lease {
  const { runId, stageIndex, batchIndex, attempt, leaseOwner } = claimed;
  const { heartbeatMs, leaseMs } = deps.config;
  const closing = new AbortController();
  const told = new Set<LeaseSignal>();
  let renewedAtMs = deps.clock.monotonicMs();
  let lost = false;

  const tell = (signal: LeaseSignal) => {
    if (told.has(signal)) return;
    told.add(signal);
    onSignal(signal);
  };

  const update = async (set: Partial<BatchRecord>): Promise<boolean> => {
    if (lost) return false;
    const atMs = deps.clock.monotonicMs();
    const lease = { leaseExpiresAtMs: deps.clock.nowMs() + leaseMs, progress: progress() };
    const updated = await deps.batches.update(
      { runId, stageIndex, batchIndex },
      { attempt, leaseOwner, status: 'running' },
      { ...lease, ...set },
    );
    if (updated === null) {
      lost = true;
      tell('lost');
      return false;
    }
    renewedAtMs = Math.max(renewedAtMs, atMs);
    return true;
  };

  const beat = async () => {
    try {
      if (!(await update({}))) return;
      const stop = (await deps.runs.getStop(runId)) ?? (await onBeat());
      if (stop !== null) tell(stop === 'gone' ? 'lost' : stop);
    } catch (error) {
      deps.logger.warn('heartbeat failed', { runId, stageIndex, batchIndex, error });
      if (deps.clock.monotonicMs() - renewedAtMs < leaseMs) return;
      lost = true;
      tell('lost');
    }
  };

  const beating = (async () => {
    while (!closing.signal.aborted && !lost) {
      await deps.clock.sleep(heartbeatMs, closing.signal);
      if (!closing.signal.aborted) await beat();
    }
  })();

  return {
    update,
    close: async () => {
      closing.abort();
      await beating;
    },
  };
}
