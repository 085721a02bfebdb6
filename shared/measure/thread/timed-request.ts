import type { ConnectPhases } from '../../egress/open-socket.ts';
import type { Dialect } from '../../protocols/dialect.ts';
import type { Exchange, ExchangeFailureKind, PreparedRequest, Timeouts } from '../instrument.ts';
import { hasOutput } from '../read-answer.ts';
import { encodeRequest } from './build-request-head.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { describeFailure, type HttpConnection, type ResponseHandler } from './http-connection.ts';
import { pickHeaders, type ResponseHead } from './read-response-head.ts';
import { takeRecording } from './recording.ts';
import type { ThreadClock } from './thread-clock.ts';

export type RequestDeps = {
  pool: ConnectionPool;
  clock: ThreadClock;
  /** The value of `performance.now()` at the session's origin, in ms. */
  originMs: number;
  dialect: Dialect;
  /** The part of the HTTP head that all requests share: see `buildRequestHead`. */
  head: string;
  connection: 'reuse' | 'fresh';
  timeouts: Timeouts;
  maxResponseBytes: number;
};

/**
 * One timed request. It starts when it is written to the socket, records the time and bytes of each read, and ends
 * exactly once, as an exchange. A write to an idle connection waits for the next event-loop turn, so that a connection
 * that the server has closed is replaced first. If the server closes the connection during the write, the request fails
 * as `broken`, because a retry would time two requests as one.
 */
export class TimedRequest implements ResponseHandler {
  private readonly deps: RequestDeps;
  private readonly request: PreparedRequest;
  readonly dueMs: number | null;
  private readonly onEnded: (exchange: Exchange) => void;
  private readonly askedMs: number;
  private readonly recording = takeRecording();
  private connection: HttpConnection | null = null;
  private isReused = false;
  private phases: ConnectPhases | null = null;
  private giveUpOpening: (() => void) | null = null;
  private writing: NodeJS.Immediate | null = null;
  private openingMs = 0;
  private startMs: number | null = null;
  private sentMs: number | null = null;
  private headersMs: number | null = null;
  private head: ResponseHead | null = null;
  private isTooLarge = false;
  private failure: Exchange['failure'] = null;
  private callOffs: (() => void)[] = [];
  private isEnded = false;

  constructor(
    deps: RequestDeps,
    request: PreparedRequest,
    dueMs: number | null,
    onEnded: (exchange: Exchange) => void,
  ) {
    this.deps = deps;
    this.request = request;
    this.dueMs = dueMs;
    this.onEnded = onEnded;
    this.askedMs = deps.clock.nowMs();
  }

  send(): void {
    const idle = this.deps.connection === 'reuse' ? this.deps.pool.takeIdle() : null;
    if (idle === null) this.open();
    else this.writing = setImmediate(() => this.writeOver(idle));
    this.connection = idle;
  }

  abort(): void {
    this.fail('aborted', 'The request was aborted: the run was stopped');
  }

  onWritten(): void {
    this.sentMs ??= this.deps.clock.nowMs();
  }

  onHead(atMs: number, head: ResponseHead): void {
    this.headersMs = atMs - this.deps.originMs;
    this.head = head;
    this.watchStall(this.headersMs + this.deps.timeouts.stallTimeoutMs);
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    if (this.recording.length + end - start > this.deps.maxResponseBytes) this.isTooLarge = true;
    else this.recording.append(bytes, start, end);
  }

  onReadEnd(atMs: number): void {
    this.recording.mark(atMs);
    if (this.isTooLarge) this.fail('too_large', `The response is larger than ${this.deps.maxResponseBytes} bytes`);
  }

  onEnd(atMs: number): void {
    this.end(null, atMs - this.deps.originMs);
  }

  onBroken(error: Error): void {
    const circumstances = { hasHeaders: this.head !== null, isReused: this.isReused };
    this.end(describeFailure(error, circumstances), this.deps.clock.nowMs());
  }

  private open(): void {
    const fromMs = this.deps.clock.nowMs();
    this.giveUpOpening = this.deps.pool.open(({ connection, phases, error }) => {
      this.giveUpOpening = null;
      this.openingMs = this.deps.clock.nowMs() - fromMs;
      this.phases = phases;
      if (error === null) this.write(connection);
      else this.end(this.failure ?? { kind: error.phase, message: error.message }, this.deps.clock.nowMs());
    });
  }

  private writeOver(idle: HttpConnection): void {
    this.writing = null;
    if (idle.isOpen) this.write(idle);
    else {
      this.connection = null;
      this.open();
    }
  }

  private write(connection: HttpConnection): void {
    this.connection = connection;
    this.isReused = connection.used;
    this.phases = connection.phases;
    const { body, headers } = this.request;
    const request = encodeRequest(this.deps.head, body, headers);
    this.startMs = this.deps.clock.nowMs();
    connection.send(request, this);
    this.watch(this.startMs);
  }

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

  /** Fails the request if it stalls. Checks again only when a stall is possible, so that reads never reset a timer. */
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

  /** Runs the task one event-loop turn after its timer, so that bytes that have already arrived are read first. */
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
    if (this.writing !== null) clearImmediate(this.writing);
    if (this.giveUpOpening === null) this.end(this.failure, this.deps.clock.nowMs());
    else this.giveUpOpening();
  }

  private end(failure: Exchange['failure'], endMs: number): void {
    if (this.isEnded) return;
    this.isEnded = true;
    for (const callOff of this.callOffs) callOff();
    this.giveBack(failure === null);
    this.onEnded(this.toExchange(endMs, failure));
  }

  /** Returns the connection to the pool, or closes it if the request failed or was not fully sent. */
  private giveBack(isGood: boolean): void {
    const { connection, head, deps } = this;
    if (connection === null) return;
    if (isGood && head?.keepsAlive && connection.isWritten && deps.connection === 'reuse')
      deps.pool.release(connection, head);
    else connection.destroy();
  }

  private toExchange(endMs: number, failure: Exchange['failure']): Exchange {
    const { isReused, phases, head } = this;
    const noPhases = { dnsMs: null, connectMs: null, tlsMs: null };
    return {
      index: this.request.index,
      // In a closed loop, a request is due when it starts. An unsent request is due when its stream takes it.
      dueMs: this.dueMs ?? this.startMs ?? this.askedMs,
      startMs: this.startMs,
      sentMs: this.sentMs,
      headersMs: this.headersMs,
      endMs,
      httpStatus: head?.status ?? null,
      headers: head === null ? {} : pickHeaders(head.headers),
      ...this.recording.finish(this.deps.originMs),
      openingMs: this.openingMs,
      connection: phases === null ? null : { reused: isReused, ...(isReused ? noPhases : phases) },
      failure,
      // `watchStalls` sets this field after its next look at the clocks.
      disturbed: false,
    };
  }
}
