import type { PhaseHandle } from '../../shared/measure/instrument.ts';
import type { AttemptNote } from '../../shared/records/attempt-note.ts';
import type { BatchProgress, Failure } from '../../shared/records/records.ts';
import type { NotSentReason } from '../../shared/sample/outcome.ts';
import type { ClaimedBatch } from './claim-batch.ts';
import type { WorkerDeps } from './compose.ts';
import type { Lease, LeaseSignal } from './hold-lease.ts';

/** One attempt of a worker to run a batch. */
export type Attempt = { deps: WorkerDeps; claimed: ClaimedBatch; lease: Lease; ending: BatchEnding };

export type BatchEnd = {
  kind: 'end' | 'handover';
  /** Number of requests that have no sample. `reason` tells why they were not sent. */
  left: number;
  reason: NotSentReason;
  failure: Failure | null;
  /** Note of this attempt. Null if it measured nothing. */
  note: AttemptNote | null;
  progress: BatchProgress;
};

/** Signals after which open requests may finish, because they are already paid for and part of the measurement. */
const drainingSignals: ReadonlySet<LeaseSignal> = new Set(['cost_cap', 'precision_reached', 'over_saturated'] as const);

export type BatchEnding = ReturnType<typeof createBatchEnding>;

/** Collects the signals that end a batch, and stops or aborts the running load accordingly. */
export function createBatchEnding() {
  let first: Exclude<LeaseSignal, 'lost'> | null = null;
  let isCut = false;
  const loss = new AbortController();
  let phase: PhaseHandle | null = null;
  let measuredBase: number | null = null;

  const reach = () => {
    if (phase === null) return;
    if (loss.signal.aborted || isCut) phase.abort();
    else if (first !== null) phase.stop();
  };

  return {
    /** Ends the batch. The first signal becomes the reason, but a lost lease has priority over all other signals. */
    signal: (signal: LeaseSignal) => {
      if (signal === 'lost') {
        loss.abort(new Error('The worker has lost the lease of its batch'));
      } else {
        first ??= signal;
        if (!drainingSignals.has(signal)) isCut = true;
      }
      reach();
    },
    isEnding: () => loss.signal.aborted || first !== null,
    isLost: () => loss.signal.aborted,
    /** Aborts when the lease is lost, before requests are aborted. */
    loss: loss.signal,
    /** Returns why the remaining requests were not sent; null if there was no signal. */
    reason: (): NotSentReason | null => first,
    /**
     * Stops or aborts the load of `handle` when the batch ends, or at once if the batch is already ending.
     * @param issuedBefore number of measured requests issued before this load; null if the load is a warm-up
     */
    watch: (handle: PhaseHandle, issuedBefore: number | null = null) => {
      phase = handle;
      measuredBase = issuedBefore;
      reach();
    },
    /** Returns the measured load's progress, including requests issued earlier; `{}` if no measured load is running. */
    liveProgress: (): Partial<BatchProgress> => {
      if (phase === null || measuredBase === null) return {};
      const live = phase.progress();
      return { issued: measuredBase + live.issued, inFlight: live.inFlight };
    },
  };
}
