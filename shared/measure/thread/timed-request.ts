import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { ConnectPhases } from '../../egress/open-socket.ts';
import type { Dialect } from '../dialects/dialect.ts';
import type { Exchange, ExchangeFailureKind, PreparedRequest, Timeouts } from '../instrument.ts';
import { hasOutput } from '../read-answer.ts';
import type { Connection, ConnectionPool } from './connection-pool.ts';
import { describeFailure } from './describe-failure.ts';
import { pickHeaders } from './pick-headers.ts';
import { Recording } from './recording.ts';
import type { ThreadClock } from './thread-clock.ts';

export type RequestDeps = {
  pool: ConnectionPool;
  clock: ThreadClock;
  /** `performance.now()` at the session's origin. */
  originMs: number;
  dialect: Dialect;
  path: string;
  headers: string[];
  connection: 'reuse' | 'fresh';
  timeouts: Timeouts;
  maxResponseBytes: number;
};

/**
 * One request, timed. It starts where undici writes it to the socket (`onRequestStart` comes right before that write, in
 * the same turn), not where it was asked for; a connection is opened, if need be, before that. On each read it takes the
 * time and keeps the bytes. It ends exactly once, as an exchange.
 *
 * A kept-open connection that the server has closed is noticed before the write (undici looks at an idle socket once more,
 * for one turn of the loop): then nothing was sent, and the request goes over a new connection. If the closing crosses the
 * request on its way, the request fails as `broken`: sending again in silence would be another request, timed as this one.
 */
export class TimedRequest implements Dispatcher.DispatchHandler {
  private readonly deps: RequestDeps;
  private readonly request: PreparedRequest;
  private readonly dueMs: number | null;
  private readonly onEnd: (exchange: Exchange) => void;
  private readonly askedMs: number;
  private readonly recording = new Recording();
  private connection: Connection | null = null;
  private isReused = false;
  private phases: ConnectPhases | null = null;
  private giveUpOpening: (() => void) | null = null;
  private controller: Dispatcher.DispatchController | null = null;
  private startMs: number | null = null;
  private sentMs: number | null = null;
  private headersMs: number | null = null;
  private httpStatus: number | null = null;
  private headers: IncomingHttpHeaders = {};
  private failure: Exchange['failure'] = null;
  private callOffs: (() => void)[] = [];
  private isEnded = false;

  constructor(deps: RequestDeps, request: PreparedRequest, dueMs: number | null, onEnd: (exchange: Exchange) => void) {
    this.deps = deps;
    this.request = request;
    this.dueMs = dueMs;
    this.onEnd = onEnd;
    this.askedMs = deps.clock.nowMs();
  }

  send(): void {
    const idle = this.deps.connection === 'reuse' ? this.deps.pool.takeIdle() : null;
    if (idle === null) this.open();
    else this.dispatch(idle);
  }

  abort(): void {
    this.fail('aborted', 'The request was aborted: the run was stopped');
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.failure !== null) {
      controller.abort(new Error(this.failure.message));
      return;
    }
    this.startMs = this.deps.clock.nowMs();
    if (this.connection !== null) this.connection.used = true;
    this.watch(this.startMs);
  }

  onRequestSent(): void {
    this.sentMs = this.deps.clock.nowMs();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    if (statusCode < 200) return;
    this.headersMs = this.deps.clock.nowMs();
    this.httpStatus = statusCode;
    this.headers = headers;
    this.watchStall(this.headersMs + this.deps.timeouts.stallTimeoutMs);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const atMs = performance.now();
    if (this.recording.length + chunk.length > this.deps.maxResponseBytes) {
      this.fail('too_large', `The response is larger than ${this.deps.maxResponseBytes} bytes`);
      return;
    }
    this.recording.add(atMs, chunk);
  }

  onResponseEnd(): void {
    this.end(null);
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.failure === null && this.startMs === null) this.handleUnsent();
    else {
      const circumstances = { hasHeaders: this.headersMs !== null, isReused: this.isReused };
      this.end(this.failure ?? describeFailure(error, circumstances));
    }
  }

  /** The connection was gone before a byte of the request was written. A new one is tried once, and once only. */
  private handleUnsent(): void {
    this.connection?.destroy();
    if (this.isReused) this.open();
    else this.end({ kind: 'connect', message: 'The connection was closed before the request could be sent' });
  }

  private open(): void {
    this.isReused = false;
    this.giveUpOpening = this.deps.pool.open(({ connection, phases, error }) => {
      this.giveUpOpening = null;
      this.phases = phases;
      if (error === null) this.dispatch(connection);
      else this.end(this.failure ?? { kind: error.phase, message: error.message });
    });
  }

  private dispatch(connection: Connection): void {
    this.connection = connection;
    this.isReused = connection.used;
    this.phases = connection.phases;
    const { path } = this.deps;
    const { headers: own } = this.request;
    const headers = own === undefined ? this.deps.headers : [...this.deps.headers, ...Object.entries(own).flat()];
    const reset = this.deps.connection === 'fresh';
    connection.client.dispatch({ path, method: 'POST', headers, body: this.request.body, reset }, this);
  }

  /** The deadlines that count from the start. */
  private watch(startMs: number): void {
    const { requestTimeoutMs, firstTokenTimeoutMs } = this.deps.timeouts;
    this.at(startMs + requestTimeoutMs, () =>
      this.fail('timeout_total', `The response was not complete after ${requestTimeoutMs} ms`),
    );
    if (firstTokenTimeoutMs === null) return;
    this.at(startMs + firstTokenTimeoutMs, () => {
      if (!this.hasOutput()) this.fail('timeout_first_token', `No output after ${firstTokenTimeoutMs} ms`);
    });
  }

  /** Looks at the last read only when a silence could have grown too long: reads themselves touch no timer. */
  private watchStall(atMs: number): void {
    const { stallTimeoutMs } = this.deps.timeouts;
    this.at(atMs, () => {
      const lastAtMs = this.recording.lastAtMs();
      const nowMs = this.deps.clock.nowMs();
      const quietSinceMs = lastAtMs === null ? nowMs : lastAtMs - this.deps.originMs;
      if (nowMs < quietSinceMs + stallTimeoutMs) this.watchStall(quietSinceMs + stallTimeoutMs);
      else if (this.hasOutput()) this.fail('stalled', `Silence for ${stallTimeoutMs} ms after output had begun`);
      else this.watchStall(nowMs + stallTimeoutMs);
    });
  }

  private hasOutput(): boolean {
    return hasOutput(this.recording.view(), this.deps.dialect);
  }

  /** The task runs a turn of the loop after its timer, so that what has arrived by then has been read. */
  private at(atMs: number, task: () => void): void {
    const callOff = this.deps.clock.schedule(atMs, () =>
      setImmediate(() => {
        if (!this.isEnded) task();
      }),
    );
    this.callOffs.push(callOff);
  }

  private fail(kind: ExchangeFailureKind, message: string): void {
    if (this.isEnded || this.failure !== null) return;
    this.failure = { kind, message };
    // Not written yet: undici has it for one turn at most, and `onRequestStart` refuses it.
    if (this.giveUpOpening !== null) this.giveUpOpening();
    else this.controller?.abort(new Error(message));
  }

  private end(failure: Exchange['failure']): void {
    if (this.isEnded) return;
    this.isEnded = true;
    const endMs = this.deps.clock.nowMs();
    for (const callOff of this.callOffs) callOff();
    if (this.connection !== null) {
      if (failure === null && this.isReusable()) this.deps.pool.release(this.connection);
      else this.connection.destroy();
    }
    this.onEnd(this.toExchange(endMs, failure));
  }

  private isReusable(): boolean {
    const said = this.headers['connection'] ?? '';
    return this.deps.connection === 'reuse' && !/\bclose\b/i.test(String(said));
  }

  private toExchange(endMs: number, failure: Exchange['failure']): Exchange {
    const { isReused, phases } = this;
    const noPhases = { dnsMs: null, connectMs: null, tlsMs: null };
    return {
      index: this.request.index,
      // In a closed loop a request is due when it starts; if it never did, when its turn came.
      dueMs: this.dueMs ?? this.startMs ?? this.askedMs,
      startMs: this.startMs,
      sentMs: this.sentMs,
      headersMs: this.headersMs,
      endMs,
      httpStatus: this.httpStatus,
      headers: pickHeaders(this.headers),
      ...this.recording.finish(this.deps.originMs),
      connection: phases === null ? null : { reused: isReused, ...(isReused ? noPhases : phases) },
      failure,
    };
  }
}
