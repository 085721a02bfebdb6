import type { PhaseLoad } from '../load/modes/load-mode.ts';
import type { Protocol } from '../protocols/registry.ts';

/* The instrument's inputs and outputs. The instrument times and stores bytes; it never reads an answer. */

/** Where requests go: the full URL, and all headers of each request, including the credential. */
export type Endpoint = {
  protocol: Protocol;
  url: string;
  headers: Record<string, string>;
  connection: 'reuse' | 'fresh';
};

export type Timeouts = {
  /** Limit from the start to the last byte. */
  requestTimeoutMs: number;
  /** Limit from the start to the first output event; null: only the total limit applies. */
  firstTokenTimeoutMs: number | null;
  /** Longest allowed silence after output has begun. */
  stallTimeoutMs: number;
};

/** A request that is ready to send: its index, the exact bytes of its body, and its own headers. */
export type PreparedRequest = { index: number; body: Uint8Array; headers?: Record<string, string> };

/** Returns the headers that sign a request at the current time. A signature expires after minutes, so it is renewed. */
export type Sign = () => Promise<Record<string, string>>;

/** A request from its source, with `sign` if the endpoint requires signed requests. */
export type SourceRequest = PreparedRequest & { sign?: Sign };

export type Phase = {
  load: PhaseLoad;
  /** Maximum number of requests that `requests` yields. */
  count: number;
  /** Number of requests that it yields before it waits for exchanges to end. Default: all. */
  ahead?: number;
  /** Pulled early, within a limit of bytes. A source that waits (such as for a cost reservation) delays the load. */
  requests: AsyncIterable<SourceRequest>;
  /** Wall-clock time at which the load starts; null: at once. */
  startAtMs: number | null;
  /** Wall-clock time after which no request may start; null: no limit. */
  lastStartAtMs: number | null;
};

/** Why an exchange ended before its response was complete. */
export type ExchangeFailureKind =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout_first_token'
  | 'timeout_total'
  | 'stalled'
  /** The connection broke. */
  | 'broken'
  /** The received bytes were not HTTP/1.1. */
  | 'not_http'
  /** The response exceeded the size limit. */
  | 'too_large'
  /** The instrument aborted it, because the run was canceled or stopped. */
  | 'aborted'
  /** Rate load: the request was due while `maxConcurrency` streams were open, and was not sent. */
  | 'max_concurrency';

/**
 * The raw record of one request. Timestamps are milliseconds (microsecond digits) since the session's origin, on the
 * measuring thread's monotonic clock; null if the request did not get that far.
 */
export type Exchange = {
  index: number;
  dueMs: number;
  startMs: number | null;
  sentMs: number | null;
  headersMs: number | null;
  endMs: number | null;
  httpStatus: number | null;
  /** Selected response headers (see `pickHeaders`), with lower-case names. */
  headers: Record<string, string>;
  /** Arrival of each body read in ms, and the offset in `bytes` at which the read ends. */
  readsAtMs: Float64Array;
  readEnds: Uint32Array;
  bytes: Uint8Array;
  connection: { reused: boolean; dnsMs: number | null; connectMs: number | null; tlsMs: number | null } | null;
  /** Time in ms that the request waited for its connection to open; 0 if one was open. */
  openingMs: number;
  failure: { kind: ExchangeFailureKind; message: string } | null;
};

/** Timing and health of a phase, as the measuring thread measured them. */
export type PhaseNote = {
  /** Start of the load on the session's clock, and its delay after `startAtMs`. */
  startMs: number;
  startLateMs: number | null;
  endMs: number;
  eventLoopDelayP99Ms: number | null;
  eventLoopDelayMaxMs: number | null;
  /** CPU seconds per second of the measuring thread; near 1, the instrument itself was the bottleneck. */
  cpuUse: number | null;
  /** Share of its runnable time that the measuring thread waited for a CPU; null if unknown. */
  cpuWaitShare: number | null;
  /** Share of all CPU time that the hypervisor gave to other machines; null if unknown. */
  cpuStealShare: number | null;
  /** Share of the machine's CPU time that all processes used; null if unknown. */
  machineCpuUse: number | null;
  /** Longest garbage-collection pause of the measuring thread; 0 if there was none. */
  gcMaxMs: number | null;
  /** Result of the reference stream; null if there was none. */
  calibration: Calibration | null;
};

/**
 * The instrument's error, from a reference stream with known timestamps that used the same client, thread and event
 * loop during the phase. Milliseconds, one value per event and per request, in order of arrival.
 */
export type Calibration = {
  /** Recorded arrival − send time. */
  stampErrorsMs: Float64Array;
  /** Receipt by the server − recorded start. */
  startErrorsMs: Float64Array;
};

export interface PhaseHandle {
  /** Resolves when no request of the phase is open and none will start; rejects on a bug, not on a failed request. */
  done: Promise<PhaseNote>;
  /** Stops starting requests; open ones continue to their end. */
  stop(): void;
  /** Stops starting requests and aborts the open ones, which fail as `aborted`. */
  abort(): void;
  progress(): { issued: number; inFlight: number };
}

/** A measuring thread for one batch, with its own connections. */
export interface InstrumentSession {
  /** Wall-clock time at the origin of the session's monotonic clock. */
  readonly originWallMs: number;
  /** The machine's monotonic clock at the origin; converts timestamps between threads and processes. */
  readonly originMonotonicMs: number;
  /** Runs one phase at a time. Connections stay open between phases (warm-up, then the load). */
  run(phase: Phase, onExchange: (exchange: Exchange) => void): PhaseHandle;
  close(): Promise<void>;
}

export interface Instrument {
  openSession(endpoint: Endpoint, timeouts: Timeouts): Promise<InstrumentSession>;
}
