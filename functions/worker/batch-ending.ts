import type { PhaseHandle } from '../../shared/measure/instrument.ts';
import type { AttemptNote } from '../../shared/records/attempt-note.ts';
import type { BatchProgress, Failure } from '../../shared/records/records.ts';
import type { NotSentReason } from '../../shared/sample/outcome.ts';
import type { ClaimedBatch } from './claim-batch.ts';
import type { WorkerDeps } from './compose.ts';
import type { Lease, LeaseSignal } from './hold-lease.ts';

/** One attempt at a batch. */
export type Attempt = { deps: WorkerDeps; claimed: ClaimedBatch; lease: Lease; ending: BatchEnding };

export type BatchEnd = {
  kind: 'end' | 'handover';
  /** Number of requests without a sample, and the reason. */
  left: number;
  reason: NotSentReason;
  failure: Failure | null;
  attempts: AttemptNote[];
  progress: BatchProgress;
};

/** Signals that let open requests end, because those are paid for and part of the measurement. */
const drainingSignals: ReadonlySet<LeaseSignal> = new Set(['cost_cap', 'precision_reached', 'over_saturated'] as const);

export type BatchEnding = ReturnType<typeof createBatchEnding>;

/** Collects the signals that end a batch, and passes them on to the running phase. */
export function createBatchEnding() {
  let first: Exclude<LeaseSignal, 'lost'> | null = null;
  let isCut = false;
  let lost = false;
  let phase: PhaseHandle | null = null;
  let measuredBase: number | null = null;
  let lossCallback = () => {};

  const reach = () => {
    if (phase === null) return;
    if (lost || isCut) phase.abort();
    else if (first !== null) phase.stop();
  };

  return {
    /** Ends the batch. The first signal is the reason, except that a lost lease overrides all. */
    signal: (signal: LeaseSignal) => {
      if (signal === 'lost') {
        lost = true;
        lossCallback();
      } else {
        first ??= signal;
        if (!drainingSignals.has(signal)) isCut = true;
      }
      reach();
    },
    isEnding: () => lost || first !== null,
    isLost: () => lost,
    /** Returns why requests stay unsent; null without a signal. */
    reason: (): NotSentReason | null => first,
    /** Passes earlier and later signals on to this phase. */
    watch: (handle: PhaseHandle) => {
      phase = handle;
      reach();
    },
    /** Calls back when the lease is lost, before open requests are aborted; at once if it is lost already. */
    onLost: (callback: () => void) => {
      lossCallback = callback;
      if (lost) callback();
    },
    /** Marks the phases watched from now on as measured ones. */
    measuring: (issuedBefore: number) => {
      measuredBase = issuedBefore;
    },
    /** Returns the counts of the running measured phase, added to the stored ones; empty without one. */
    liveProgress: (): Partial<BatchProgress> => {
      if (phase === null || measuredBase === null) return {};
      const live = phase.progress();
      return { issued: measuredBase + live.issued, inFlight: live.inFlight };
    },
  };
}
