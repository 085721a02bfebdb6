import type { Clock } from '../../shared/ports.ts';
import type { BatchProgress, BatchRecord, StageStop, StopReason } from '../../shared/records/records.ts';
import { maxStopPollMs } from '../../shared/runs/pace-workers.ts';
import type { WorkerDeps } from './compose.ts';

/** Reason to end a batch: the worker has lost the batch's lease, or the run or the stage must stop. */
export type LeaseSignal = StopReason | StageStop['reason'] | 'lost';

export type Lease = ReturnType<typeof holdLease>;

/**
 * Holds the lease of a claimed batch. Each heartbeat extends the lease, stores the progress, and checks whether the run
 * must stop. `onBeat` can return a further reason to stop. The heartbeats of a large group are rare, so its workers also
 * check between them. Calls `onSignal` once per reason. If the store does not
 * respond, the lease is lost when it expires on the worker's clock. Another worker may then hold the batch.
 */
export function holdLease(
  deps: Pick<WorkerDeps, 'batches' | 'runs' | 'clock' | 'config' | 'logger' | 'reportLease'>,
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
  deps.reportLease?.(leaseMs);

  const signal = (found: LeaseSignal) => {
    if (signaled.has(found)) return;
    signaled.add(found);
    if (found === 'lost') deps.reportLease?.(0);
    onSignal(found);
  };
  const update = async (set: Partial<BatchRecord>): Promise<boolean> => {
    if (signaled.has('lost')) return false;
    const atMs = deps.clock.monotonicMs();
    const lease = { leaseExpiresAtMs: deps.clock.nowMs() + leaseMs, progress: progress() };
    const held = { attempt, leaseOwner, status: 'running' } as const;
    const updated = await deps.batches.update({ runId, stageIndex, batchIndex }, held, { ...lease, ...set });
    if (updated === null) {
      signal('lost');
      return false;
    }
    renewedAtMs = Math.max(renewedAtMs, atMs);
    deps.reportLease?.(leaseMs);
    return true;
  };
  /** Makes one heartbeat. Returns whether the lease is still held. */
  const beat = async (): Promise<boolean> => {
    try {
      const stop = (await update({})) ? ((await deps.runs.getStop(runId)) ?? (await onBeat())) : null;
      if (stop !== null) signal(stop === 'gone' ? 'lost' : stop);
    } catch (error) {
      deps.logger.warn('heartbeat failed', { runId, stageIndex, batchIndex, error });
      if (deps.clock.monotonicMs() - renewedAtMs >= leaseMs) signal('lost');
    }
    return !signaled.has('lost');
  };
  /** Checks between heartbeats whether the run must stop. Returns whether the lease is still held. */
  const look = async (): Promise<boolean> => {
    // If the store does not respond, a heartbeat reports it.
    const stop = await deps.runs.peekStop(runId).catch(() => null);
    if (stop !== null) signal(stop);
    return !signaled.has('lost');
  };
  const beating = repeat(deps.clock, heartbeatMs, closing.signal, beat);
  const looking = heartbeatMs > maxStopPollMs ? repeat(deps.clock, maxStopPollMs, closing.signal, look) : null;
  return {
    /** Updates the batch, extends the lease, and stores the progress. If the lease is lost, returns false instead. */
    update,
    /** Stops the heartbeats and checks, and waits for those that are in progress. */
    close: async () => {
      closing.abort();
      await beating;
      await looking;
      if (!signaled.has('lost')) deps.reportLease?.(null);
    },
  };
}

/** Calls `act` every `everyMs` until it returns false or the signal is aborted. */
async function repeat(
  { sleep }: Pick<Clock, 'sleep'>,
  everyMs: number,
  signal: AbortSignal,
  act: () => Promise<boolean>,
) {
  do await sleep(everyMs, signal);
  while (!signal.aborted && (await act()));
}
