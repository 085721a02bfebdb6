import type { PhaseHandle } from '../../shared/measure/instrument.ts';
import type { AttemptNote, BatchProgress, Failure } from '../../shared/records/records.ts';
import type { NotSentReason } from '../../shared/sample/outcome.ts';
import type { LeaseSignal } from './hold-lease.ts';

export type BatchEnd = {
  kind: 'end' | 'handover';
  /** Requests without a sample, and why. */
  left: number;
  reason: NotSentReason;
  failure: Failure | null;
  attempts: AttemptNote[];
  progress: BatchProgress;
};

/** What has been said about ending a batch, and the phase it has to reach. */
export type BatchEnding = {
  /** A stop of the run or the stage, or the loss of the lease; the first one is the reason, loss above all. */
  signal(signal: LeaseSignal): void;
  isEnding(): boolean;
  isLost(): boolean;
  /** Why requests stay unsent; null where nothing was signaled. */
  reason(): NotSentReason | null;
  /** Watches over a phase: what was or will be signaled reaches it at once. */
  watch(phase: PhaseHandle): void;
  /** Calls back at once when the lease is lost, before open requests are aborted. */
  onLost(callback: () => void): void;
  /** The issued and in-flight counts of the running measured phase on top of those stored. */
  liveProgress(progress: BatchProgress): Partial<BatchProgress>;
  /** Says that the watched phase is the measured one, from now on. */
  measuring(issuedBefore: number): void;
};

/** A request that is under way has been paid for, and belongs to what is measured: these stops let it end. */
const letsOpenOnesEnd: ReadonlySet<LeaseSignal> = new Set(['cost_cap', 'precision_reached', 'over_saturated'] as const);

export function createBatchEnding(): BatchEnding {
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
    signal: (signal) => {
      if (signal === 'lost') {
        lost = true;
        lossCallback();
      } else {
        first ??= signal;
        if (!letsOpenOnesEnd.has(signal)) isCut = true;
      }
      reach();
    },
    isEnding: () => lost || first !== null,
    isLost: () => lost,
    reason: () => first,
    watch: (handle) => {
      phase = handle;
      reach();
    },
    onLost: (callback) => {
      lossCallback = callback;
      if (lost) callback();
    },
    measuring: (issuedBefore) => {
      measuredBase = issuedBefore;
    },
    liveProgress: () => {
      if (phase === null || measuredBase === null) return {};
      const live = phase.progress();
      return { issued: measuredBase + live.issued, inFlight: live.inFlight };
    },
  };
}
