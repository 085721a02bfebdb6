import type { ProxyRoute } from '../egress/proxy-route.ts';
import type { PhaseLoad } from '../load/modes/load-mode.ts';
import type { Note } from '../protocols/parts/notes.ts';
import type { Protocol } from '../protocols/registry.ts';

/* Types of the instrument's input and output. The instrument records bytes and times without interpreting them. */

/** The URL that requests are sent to, and the headers that all requests share, including the credential. */
export type Endpoint = {
  protocol: Protocol;
  url: string;
  headers: Record<string, string>;
  connection: 'reuse' | 'fresh';
  /** Additional trusted certificates, and a client certificate with its private key (PEM). Null: none. */
  tls?: { ca: string | null; certificate: string | null; key: string | null };
  /** Proxy that the connections go through. Null: none. */
  proxy?: ProxyRoute | null;
  /** Whether redirects within the origin are followed. Default: false. */
  followsRedirects?: boolean;
  /** Version of HTTP. `auto`: the TLS handshake chooses. Default: 1.1. */
  httpVersion?: '1.1' | '2' | 'auto';
};

export type Timeouts = {
  /** Maximum time in ms from the start of a request to the last byte of its response. */
  requestTimeoutMs: number;
  /** Maximum time in ms from the start of a request to its first output event. Null means no limit. */
  firstTokenTimeoutMs: number | null;
  /** Maximum time in ms without output, once output has begun. */
  stallTimeoutMs: number;
};

/** A request that is ready to send: its index, the exact bytes of its body, and headers that only this request has. */
export type PreparedRequest = { index: number; body: Uint8Array; headers?: Record<string, string> };

/** Returns a request's headers with a new signature. Waiting requests are signed again, because signatures expire. */
export type Sign = () => Promise<Record<string, string>>;

/** A request from the phase's source. `sign` is set if the endpoint requires signed requests. */
export type SourceRequest = PreparedRequest & { sign?: Sign };

export type Phase = {
  load: PhaseLoad;
  /** Maximum number of requests in the phase. */
  count: number;
  /** Number of requests that the source can yield before it must wait for one of them to end. Default: all requests. */
  ahead?: number;
  /** The source of requests. The instrument pulls them early, within a byte limit. A slow source delays the load. */
  requests: AsyncIterable<SourceRequest>;
  /** Time (Unix time in ms) at which the load starts. Null means immediately. */
  startAtMs: number | null;
  /** Time (Unix time in ms) after which no request may start. Null means no limit. */
  lastStartAtMs: number | null;
};

/** The reason why an exchange (a request and its response) ended before the response was complete. */
export type ExchangeFailureKind =
  | 'dns'
  | 'connect'
  | 'tls'
  | 'timeout_first_token'
  | 'timeout_total'
  | 'stalled'
  | 'broken'
  | 'not_http'
  | 'too_large'
  /** The instrument aborted the request because the run was canceled or stopped. */
  | 'aborted'
  /** Rate loads only: the request was not sent, because `maxConcurrency` streams were already open when it was due. */
  | 'max_concurrency';

/** A part of the body of an open response, taken from its record so that the record stays small. */
export type ExchangePart = Pick<Exchange, 'index' | 'readsAtMs' | 'readEnds' | 'bytes'>;

/**
 * The bytes of a request and its response as they were on the connection, apart from TLS. Over HTTP/2, the heads have the
 * form of HTTP/1.1, and the body is what the data frames contain.
 */
export type ExchangeWire = {
  httpVersion: '1.1' | '2';
  requestHead: string;
  requestBody: Uint8Array;
  /** All reads of the connection, including those of the head. */
  response: Pick<Exchange, 'readsAtMs' | 'readEnds' | 'bytes'>;
  /** Whether the rest of a long response was not kept. */
  isCut: boolean;
  /**
   * `complete`: the response ended. `closed`, `reset`: the server ended the connection. `stopped`: the instrument
   * stopped waiting.
   */
  end: 'complete' | 'closed' | 'reset' | 'stopped';
};

/**
 * The raw record of one request. Timestamps are in ms since the session's origin, with microsecond digits, on the
 * measuring thread's monotonic clock. A timestamp is null if the request failed before that point.
 */
export type Exchange = {
  index: number;
  dueMs: number;
  /** Start of a first sending that met a closed connection or a redirect. `startMs` is then that of the last sending. */
  firstStartMs: number | null;
  startMs: number | null;
  sentMs: number | null;
  headersMs: number | null;
  endMs: number | null;
  httpStatus: number | null;
  /** Selected response headers (see `pickHeaders`). Names are in lower case. */
  headers: Record<string, string>;
  /** For each read of the body since its last part: its arrival time in ms (`readsAtMs`), and its end offset in `bytes` (`readEnds`). */
  readsAtMs: Float64Array;
  readEnds: Uint32Array;
  bytes: Uint8Array;
  connection: { reused: boolean; dnsMs: number | null; connectMs: number | null; tlsMs: number | null } | null;
  /**
   * Time in ms that the request waited for a new connection to open, including the time of a first sending. 0 if the
   * request used an open connection.
   */
  openingMs: number;
  failure: { kind: ExchangeFailureKind; message: string } | null;
  /** What the connection and the framing of the response show, apart from the body. */
  notes: readonly Note[];
  /** Whether stalls of the measuring thread distort the times of the request. Then they do not describe the target. */
  disturbed: boolean;
  /** The bytes on the connection, if the session keeps them and the request was sent. */
  wire?: ExchangeWire;
};

/**
 * A period in which the measuring thread could not run, or in which the machine's clocks moved apart. Its ends are in
 * ms since the session's origin. `lengthMs` can be longer, because a suspended machine's monotonic clock stops.
 */
export type Stall = { fromMs: number; toMs: number; lengthMs: number };

/** Timing of a phase and health of the measuring thread and the machine during that phase. */
export type PhaseNote = {
  /** Start of the load in ms since the session's origin. `startLateMs`: delay of this start after the planned start. */
  startMs: number;
  startLateMs: number | null;
  endMs: number;
  eventLoopDelayP99Ms: number | null;
  eventLoopDelayMaxMs: number | null;
  /** CPU seconds that the measuring thread used per second. If it is near 1, the instrument limited the load. */
  cpuUse: number | null;
  /** Time that the measuring thread waited for a CPU, as a share of the time it ran or waited. Null if unknown. */
  cpuWaitShare: number | null;
  /** CPU steal: share of the machine's CPU time that the hypervisor gave to other machines. Null if unknown. */
  cpuStealShare: number | null;
  /** Share of the machine's CPU time that all processes together used. Null if unknown. */
  machineCpuUse: number | null;
  /** Longest garbage-collection pause of the measuring thread in ms. 0 if there was no pause. */
  gcMaxMs: number | null;
  /** Stalls of the measuring thread, in order. */
  stalls: readonly Stall[];
  /** Measurement errors from undisturbed exchanges with the reference server. Null if there was no reference stream. */
  calibration: Calibration | null;
};

/**
 * The instrument's measurement errors in ms, in order of arrival. During the phase, the same client, thread and event
 * loop also received a reference stream with known timestamps.
 */
export type Calibration = {
  /** For each event: its recorded arrival − the time at which the reference server sent it. */
  stampErrorsMs: Float64Array;
  /** For each request: the time at which the reference server received it − its recorded start. */
  startErrorsMs: Float64Array;
};

/**
 * Receives the parts of long responses, before their exchanges. Resolves when the part was read: while many parts wait,
 * the measuring thread does not read its sockets. By default, the instrument joins the parts to the exchange.
 */
export type OnPart = (part: ExchangePart) => Promise<void>;

export interface PhaseHandle {
  /** Resolves when no request of the phase is open and no more will start. Rejects only because of a bug. */
  done: Promise<PhaseNote>;
  /** Stops starting requests. Open requests continue to their end. */
  stop(): void;
  /** Stops starting requests and aborts the open requests, which then fail as `aborted`. */
  abort(): void;
  progress(): { issued: number; inFlight: number };
}

/** A measuring thread that sends the requests of one batch over its own connections. */
export interface InstrumentSession {
  /** The session's origin (time 0 of its monotonic clock) as Unix time in ms. */
  readonly originWallMs: number;
  /** Session's origin on the machine's monotonic clock in ms, to convert timestamps between threads and processes. */
  readonly originMonotonicMs: number;
  /** Runs a phase (warm-up or load). Phases must not overlap. Connections stay open between phases. */
  run(phase: Phase, onExchange: (exchange: Exchange) => void, onPart?: OnPart): PhaseHandle;
  close(): Promise<void>;
}

export interface Instrument {
  /** @param keepsWire whether each exchange also has the bytes on the connection. Default: false */
  openSession(endpoint: Endpoint, timeouts: Timeouts, keepsWire?: boolean): Promise<InstrumentSession>;
}
