import type { PhaseLoad } from '../load/phase-load.ts';
import type { Protocol } from '../protocols/registry.ts';

/* What the instrument is asked and what it gives back. It times and keeps bytes; it never reads an answer. */

/** Where requests go: the full URL, and all headers of each request, the credential among them. */
export type Endpoint = {
  protocol: Protocol;
  url: string;
  headers: Record<string, string>;
  connection: 'reuse' | 'fresh';
};

export type Timeouts = {
  /** From start to the last byte. */
  requestTimeoutMs: number;
  /** From start to the first output event; null: only the total counts. */
  firstTokenTimeoutMs: number | null;
  /** Longest silence once output has begun. */
  stallTimeoutMs: number;
};

/** One request, ready to send: its number, the exact bytes of its body, and headers that are this request's own. */
export type PreparedRequest = { index: number; body: Uint8Array; headers?: Record<string, string> };

/** Signs a request as of now: the headers that say so. A signature holds for minutes, so an old one is made anew. */
export type Sign = () => Promise<Record<string, string>>;

/** A request as its source gives it; `sign` where the endpoint wants each request signed. */
export type SourceRequest = PreparedRequest & { sign?: Sign };

export type Phase = {
  load: PhaseLoad;
  /** How many requests `requests` will yield, at most. */
  count: number;
  /** How many it yields before it waits for exchanges to end; left out: all. */
  ahead?: number;
  /** Pulled ahead of need, within a bound of bytes; it may wait (for a cost reservation, say), which delays the load. */
  requests: AsyncIterable<SourceRequest>;
  /** Wall-clock instant at which the load starts; null: at once. */
  startAtMs: number | null;
  /** Wall-clock instant after which no request may start; null: none. */
  lastStartAtMs: number | null;
};

/** Why an exchange ended other than by the response's own end. */
export type ExchangeFailureKind =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout_first_token'
  | 'timeout_total'
  | 'stalled'
  /** The connection broke. */
  | 'broken'
  /** What came was not HTTP. */
  | 'not_http'
  /** The response grew past the memory bound. */
  | 'too_large'
  /** We aborted it: the run was canceled or stopped. */
  | 'aborted'
  /** Rate load: due while `maxConcurrency` streams were open; never sent. */
  | 'max_concurrency';

/**
 * The raw record of one request. Instants are milliseconds with microsecond digits on the measuring thread's monotonic
 * clock since the session's origin; null: it did not come to that.
 */
export type Exchange = {
  index: number;
  dueMs: number;
  startMs: number | null;
  sentMs: number | null;
  headersMs: number | null;
  endMs: number | null;
  httpStatus: number | null;
  /** Response headers of interest, lower-case: content-type, retry-after, x-request-id and the like. */
  headers: Record<string, string>;
  /** Arrival of each body read, and the offset in `bytes` at which that read ends. */
  readsAtMs: Float64Array;
  readEnds: Uint32Array;
  bytes: Uint8Array;
  connection: { reused: boolean; dnsMs: number | null; connectMs: number | null; tlsMs: number | null } | null;
  /** How long the request waited for a connection to be opened for it; 0: one was open. */
  openingMs: number;
  failure: { kind: ExchangeFailureKind; message: string } | null;
};

/** How a phase went, by the measuring thread's own account. */
export type PhaseNote = {
  /** Instant of the load's start on the session's clock, and how late that was against `startAtMs`. */
  startMs: number;
  startLateMs: number | null;
  endMs: number;
  eventLoopDelayP99Ms: number | null;
  eventLoopDelayMaxMs: number | null;
  /** CPU seconds per second of the measuring thread: near 1 means that the instrument itself was the limit. */
  cpuUse: number | null;
  /** Of the time in which the measuring thread could have run, the share it waited for a CPU; null where unknown. */
  cpuWaitShare: number | null;
  /** CPU time that the machine's host gave to others, as a share of all of it; null where unknown. */
  cpuStealShare: number | null;
  /** Of all CPU time of the machine, what was in use, by whomever; null where unknown. */
  machineCpuUse: number | null;
  /** Longest pause of the measuring thread's garbage collector; 0: there was none. */
  gcMaxMs: number | null;
  /** What the reference stream showed; null where there was none. */
  calibration: Calibration | null;
};

/**
 * The instrument's error against the known instants of a reference stream, which went through the same client, thread and
 * loop during the phase. Milliseconds, one value for each event and each request, in the order in which they came.
 */
export type Calibration = {
  /** Arrival as stamped − send. */
  stampErrorsMs: Float64Array;
  /** Receipt by the server − start as stamped. */
  startErrorsMs: Float64Array;
};

export interface PhaseHandle {
  /** Resolves when no request of the phase is open and none will start; rejects on a bug, not on a failed request. */
  done: Promise<PhaseNote>;
  /** Starts no further request; open ones go on to their end. */
  stop(): void;
  /** Starts no further request and aborts the open ones, which end as failure `aborted`. */
  abort(): void;
  progress(): { issued: number; inFlight: number };
}

/** One batch's measuring: a thread of its own, with its own connections, closed at the end. */
export interface InstrumentSession {
  /** Wall clock at instant 0 of the session's monotonic clock. */
  readonly originWallMs: number;
  /** The machine's monotonic clock at instant 0: sets instants beside those of another thread or process. */
  readonly originMonotonicMs: number;
  /** One phase at a time; connections stay open between phases (warm-up, then the load). */
  run(phase: Phase, onExchange: (exchange: Exchange) => void): PhaseHandle;
  close(): Promise<void>;
}

export interface Instrument {
  openSession(endpoint: Endpoint, timeouts: Timeouts): Promise<InstrumentSession>;
}
