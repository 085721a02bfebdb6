import type { Config } from '../../config.ts';
import type { PhaseLoad } from '../../load/modes/load-mode.ts';
import type { Endpoint, Exchange, Phase, PhaseNote, PreparedRequest, Timeouts } from '../instrument.ts';

/* Messages between the worker's main thread and its measuring thread. Both run this program, so nothing is parsed. */

export type ThreadOptions = {
  endpoint: Endpoint;
  timeouts: Timeouts;
  egress: Config['egress'];
  maxResponseBytes: number;
  /** Extra trusted certificates (PEM); null: only the default ones. */
  ca: string | null;
};

export type PhaseOrder = Pick<Phase, 'startAtMs' | 'lastStartAtMs' | 'count'> & { load: PhaseLoad };

export type ToThread =
  | { kind: 'run'; order: PhaseOrder }
  | { kind: 'requests'; requests: PreparedRequest[] }
  /** New headers of a waiting request; ignored if it no longer waits. */
  | { kind: 'headers'; index: number; headers: Record<string, string> }
  /** The thread has as many requests as the start of the load needs, or as may wait at a time. */
  | { kind: 'prefilled' }
  /** No more requests will come. */
  | { kind: 'end' }
  /** Loopback port of the reference server; sent once, before any phase. */
  | { kind: 'reference'; port: number }
  | { kind: 'stop' }
  | { kind: 'abort' }
  | { kind: 'close' };

/**
 * Running totals of a phase: requests taken from the queue (including refused ones), their bytes, and requests sent.
 */
export type Taken = { taken: number; takenBytes: number; issued: number };

/** Events of a phase since the previous message. */
export type News = Taken & {
  /** Ended requests of the phase, in order of their end. */
  exchanges: Exchange[];
  /** Exchanges with the reference server; they do not belong to the phase. */
  references: Exchange[];
};

export type FromThread =
  | { kind: 'opened'; originWallMs: number; originMonotonicMs: number }
  | ({ kind: 'news' } & News)
  | { kind: 'done'; note: ThreadNote };

/** The measuring thread's note on a phase; the main thread adds the calibration. */
export type ThreadNote = Omit<PhaseNote, 'calibration'>;
