import type { Egress } from '../../config.ts';
import type { PhaseLoad } from '../../load/modes/load-mode.ts';
import type { Endpoint, Exchange, ExchangePart, Phase, PhaseNote, PreparedRequest, Timeouts } from '../instrument.ts';

/* Messages between the main thread and the measuring thread. Both run the same code, so nothing is validated. */

export type ThreadOptions = {
  endpoint: Endpoint;
  timeouts: Timeouts;
  egress: Egress;
  maxResponseBytes: number;
  /** Extra trusted certificates (PEM). If null, only the default certificates are trusted. */
  ca: string | null;
  /** Whether exchanges have the bytes on the connection. */
  keepsWire: boolean;
};

export type PhaseOrder = Pick<Phase, 'startAtMs' | 'lastStartAtMs' | 'count'> & { load: PhaseLoad };

export type ToThread =
  | { kind: 'run'; order: PhaseOrder }
  | { kind: 'requests'; requests: PreparedRequest[] }
  /** New headers for a waiting request. Ignored if the thread has already taken the request. */
  | { kind: 'headers'; index: number; headers: Record<string, string> }
  /** The queue has enough requests for the load to start, or is full. */
  | { kind: 'prefilled' }
  | { kind: 'end' }
  /** The main thread has read parts of this size. */
  | { kind: 'read'; bytes: number }
  /** Loopback port of the reference server. Sent once, before any phase. */
  | { kind: 'reference'; port: number }
  | { kind: 'stop' }
  | { kind: 'abort' }
  | { kind: 'close' };

/** Running totals of a phase: requests taken from the queue (even if refused), their bytes, and requests sent. */
export type Taken = { taken: number; takenBytes: number; issued: number };

/** The events of a phase since the previous message. */
export type News = Taken & {
  /** Parts of open responses, in order. A part precedes the exchange of its request. */
  parts: ExchangePart[];
  /** Requests of the phase that have ended, in the order in which they ended. */
  exchanges: Exchange[];
  /** Exchanges with the reference server, which are not requests of the phase. */
  references: Exchange[];
};

export type FromThread =
  | { kind: 'opened'; originWallMs: number; originMonotonicMs: number }
  | ({ kind: 'news' } & News)
  | { kind: 'done'; note: ThreadNote };

/** The timing and health of a phase, as the measuring thread reports it. The main thread adds the calibration. */
export type ThreadNote = Omit<PhaseNote, 'calibration'>;
