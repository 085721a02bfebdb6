import type { Config } from '../../config.ts';
import type { PhaseLoad } from '../../load/phase-load.ts';
import type { Endpoint, Exchange, Phase, PhaseNote, PreparedRequest, Timeouts } from '../instrument.ts';

/* What the worker's main thread and its measuring thread say to one another. Both are this program: nothing is parsed. */

export type ThreadOptions = {
  endpoint: Endpoint;
  timeouts: Timeouts;
  egress: Config['egress'];
  maxResponseBytes: number;
  /** Extra trusted certificates, PEM; null: the usual ones only. */
  ca: string | null;
};

export type PhaseOrder = Pick<Phase, 'startAtMs' | 'lastStartAtMs' | 'count'> & { load: PhaseLoad };

export type ToThread =
  | { kind: 'run'; order: PhaseOrder }
  | { kind: 'requests'; requests: PreparedRequest[] }
  /** New headers of a request that still waits; nothing happens where it does not. */
  | { kind: 'headers'; index: number; headers: Record<string, string> }
  /** As many requests are there as the load's start needs, or as may be held at a time. */
  | { kind: 'prefilled' }
  /** No more requests will come. */
  | { kind: 'end' }
  /** Where the reference server listens, on loopback; told once, before any phase. */
  | { kind: 'reference'; port: number }
  | { kind: 'stop' }
  | { kind: 'abort' }
  | { kind: 'close' };

/** Running totals of a phase: requests taken from the queue (refused ones too), their bytes, and those sent. */
export type Taken = { taken: number; takenBytes: number; issued: number };

/** What has happened in a phase since the last time. */
export type News = Taken & {
  /** The phase's own requests that have ended, in that order. */
  exchanges: Exchange[];
  /** Those with the reference server: of the calibration, and none of the phase's own. */
  references: Exchange[];
};

export type FromThread =
  | { kind: 'opened'; originWallMs: number; originMonotonicMs: number }
  | ({ kind: 'news' } & News)
  | { kind: 'done'; note: ThreadNote };

/** What the measuring thread itself can say of a phase; what the reference showed is worked out on the main thread. */
export type ThreadNote = Omit<PhaseNote, 'calibration'>;
