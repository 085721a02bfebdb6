import type { ConnectPhases } from '../../egress/open-socket.ts';
import type { Note } from '../../protocols/parts/notes.ts';
import type { Exchange, ExchangeFailureKind, ExchangePart, PreparedRequest, Timeouts } from '../instrument.ts';
import { encodeRequest } from './build-request-head.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { describeFailure, describeProxied, type HttpConnection, type ResponseHandler } from './http-connection.ts';
import { pickHeaders, type ResponseHead } from './read-response-head.ts';
import { type RecordDeps, ResponseRecord } from './response-record.ts';
import type { ThreadClock } from './thread-clock.ts';

export type RequestDeps = RecordDeps & {
  pool: ConnectionPool;
  clock: ThreadClock;
  /** The part of the HTTP head that all requests share: see `buildRequestHead`. */
  head: string;
  connection: 'reuse' | 'fresh';
  timeouts: Timeouts;
  /** Describes the proxy of the connections; null without a proxy. */
  proxyNote: string | null;
};

/** Time in ms after which a response that is still open no longer holds its stream, once its end marker has come. */
const lingerMs = 25;
/** Interval in ms at which a response without an end marker is examined, if it had few reads since the last look. */
const lookEveryMs = 1_000;
const fewReads = 4;
/** Maximum time in ms from the start of a request until it meets a connection that the server was already closing. */
const maxCrossingMs = 1_000;

/**
 * One timed request. It starts when it is written to the socket, records the time and bytes of each read, and ends
 * exactly once, as an exchange. A write to an idle connection waits for the next event-loop turn, so that a connection
 * that the server has closed is replaced first. If the server closes a reused connection as the request arrives, and no
 * byte of a response came, the request is sent once more over a new connection and starts then. A response that stays
 * open after its answer is drained apart, so that it does not hold its stream.
 */
export class TimedRequest implements ResponseHandler {
  private readonly deps: RequestDeps;
  private readonly request: PreparedRequest;
  readonly dueMs: number | null;
  private readonly onEnded: (exchange: Exchange) => void;
  private readonly askedMs: number;
  private readonly record: ResponseRecord;
  private connection: HttpConnection | null = null;
  private isReused = false;
  private phases: ConnectPhases | null = null;
  private giveUpOpening: (() => void) | null = null;
  private writing: NodeJS.Immediate | null = null;
  private openingMs = 0;
  private firstStartMs: number | null = null;
  private startMs: number | null = null;
  private sentMs: number | null = null;
  private headersMs: number | null = null;
  private head: ResponseHead | null = null;
  private isOver = false;
  private isDisturbed = false;
  private readonly notes: Note[] = [];
  private failure: Exchange['failure'] = null;
  private callOffs: (() => void)[] = [];
  private isEnded = false;

  constructor(
    deps: RequestDeps,
    request: PreparedRequest,
    dueMs: number | null,
    onEnded: (exchange: Exchange) => void,
    onPart: ((part: ExchangePart) => void) | null = null,
  ) {
    this.deps = deps;
    this.request = request;
    this.dueMs = dueMs;
    this.onEnded = onEnded;
    const { index } = request;
    this.record = new ResponseRecord(deps, onPart === null ? null : (reads) => onPart({ index, ...reads }));
    this.askedMs = deps.clock.nowMs();
  }

  send(): void {
    const idle = this.deps.connection === 'reuse' ? this.deps.pool.takeIdle() : null;
    if (idle === null) this.open();
    else this.writing = setImmediate(() => this.writeOver(idle));
    this.connection = idle;
  }

  /** Stops reading the response, because too many bytes wait for the main thread. Its times are then disturbed. */
  pause(): void {
    if (this.startMs === null || this.connection === null) return;
    this.isDisturbed = true;
    this.connection.pause();
  }

  resume(): void {
    this.connection?.resume();
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
    this.watchEnd(this.headersMs + lookEveryMs, 0, false);
    if (head.hasTwoFramings) this.notes.push({ code: 'two_framings', detail: 'transfer-encoding and content-length' });
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    this.record.add(bytes, start, end);
  }

  onReadEnd(atMs: number): void {
    const { record, deps } = this;
    record.mark(atMs);
    // Looks after this turn, because most responses end with the same read.
    if (record.isNearEnd && !this.isOver) setImmediate(() => this.lookForMarker());
    if (record.isTooLarge) this.fail('too_large', `The response is larger than ${deps.maxResponseBytes} bytes`);
  }

  onEnd(atMs: number): void {
    this.end(null, atMs - this.deps.originMs);
  }

  onBroken(error: Error): void {
    if (this.sendAgain()) return;
    const circumstances = { hasHeaders: this.head !== null, isReused: this.isReused };
    this.end(describeFailure(error, circumstances), this.deps.clock.nowMs());
  }

  private open(): void {
    const fromMs = this.firstStartMs ?? this.deps.clock.nowMs();
    if (this.firstStartMs === null && this.deps.connection === 'reuse' && this.deps.pool.isReuseStopped())
      this.notes.push({ code: 'reuse_stopped', detail: 'a new connection for each request' });
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
      this.deps.pool.addClosed(idle);
      this.connection = null;
      this.open();
    }
  }

  /** Sends the request again if it met a connection that the server was closing. Returns whether it does. */
  private sendAgain(): boolean {
    const { connection, deps, startMs, callOffs } = this;
    if (this.isEnded || this.failure !== null || this.firstStartMs !== null || !this.isReused) return false;
    if (connection === null || connection.hasReceived || !connection.isClosedByPeer) return false;
    if (startMs === null || deps.clock.nowMs() - startMs > maxCrossingMs) return false;
    this.notes.push({ code: 'sent_again', detail: 'the server closed the kept-open connection' });
    for (const callOff of callOffs) callOff();
    this.callOffs = [];
    this.firstStartMs = startMs;
    this.sentMs = null;
    deps.pool.addClosed(connection);
    this.connection = null;
    this.open();
    return true;
  }

  private write(connection: HttpConnection): void {
    const proxied = this.firstStartMs === null ? describeProxied(this.deps.proxyNote, connection) : null;
    if (proxied !== null) this.notes.push(proxied);
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
      if (!this.record.hasOutput()) this.fail('timeout_first_token', `No output after ${firstTokenTimeoutMs} ms`);
    });
  }

  /** Fails the request if it stalls. Checks again only when a stall is possible, so that reads never reset a timer. */
  private watchStall(atMs: number): void {
    const { stallTimeoutMs } = this.deps.timeouts;
    this.at(atMs, () => {
      const nowMs = this.deps.clock.nowMs();
      const quietSinceMs = nowMs - (this.record.quietMs(nowMs) ?? 0);
      if (nowMs < quietSinceMs + stallTimeoutMs) this.watchStall(quietSinceMs + stallTimeoutMs);
      else if (this.record.hasOutput()) this.fail('stalled', `Silence for ${stallTimeoutMs} ms after output had begun`);
      else this.watchStall(nowMs + stallTimeoutMs);
    });
  }

  private lookForMarker(): void {
    if (this.isEnded || this.isOver) return;
    this.isOver = this.record.findEnd() === 'marker';
    const nowMs = this.deps.clock.nowMs();
    const overAtMs = nowMs - (this.record.quietMs(nowMs) ?? 0);
    if (this.isOver) this.at(overAtMs + lingerMs, () => this.endEarly('end marker'));
  }

  /** Ends the request if its answer has been over for a while, although no end marker was seen. */
  private watchEnd(atMs: number, readsBefore: number, wasFinished: boolean): void {
    this.at(atMs, () => {
      const { reads } = this.record;
      const nowMs = this.deps.clock.nowMs();
      const quietMs = this.record.quietMs(nowMs);
      const isSparse = quietMs !== null && reads - readsBefore <= fewReads;
      const isOver = isSparse && this.record.findEnd() !== null;
      if (isOver && (wasFinished || quietMs >= lookEveryMs)) this.endEarly('finish reason');
      else this.watchEnd(nowMs + lookEveryMs, reads, isOver);
    });
  }

  private endEarly(sign: string): void {
    const nowMs = this.deps.clock.nowMs();
    const quietMs = Math.round(this.record.quietMs(nowMs) ?? 0);
    this.notes.push({ code: 'late_close', detail: `still open ${quietMs} ms after its ${sign}` });
    this.end(null, nowMs, true);
  }

  /** Runs the task one event-loop turn after its timer, so that bytes that have already arrived are read first. */
  private at(atMs: number, task: () => void): void {
    const { callOffs } = this;
    const callOff = this.deps.clock.schedule(atMs, () =>
      setImmediate(() => {
        // A second sending has tasks of its own.
        if (!this.isEnded && this.callOffs === callOffs) task();
      }),
    );
    callOffs.push(callOff);
  }

  private fail(kind: ExchangeFailureKind, message: string): void {
    if (this.isEnded || this.failure !== null) return;
    this.failure = { kind, message };
    if (this.writing !== null) clearImmediate(this.writing);
    if (this.giveUpOpening === null) this.end(this.failure, this.deps.clock.nowMs());
    else this.giveUpOpening();
  }

  private end(failure: Exchange['failure'], endMs: number, isStillOpen = false): void {
    if (this.isEnded) return;
    this.isEnded = true;
    for (const callOff of this.callOffs) callOff();
    this.giveBack(failure === null, isStillOpen);
    this.onEnded(this.toExchange(endMs, failure));
  }

  /** Returns the connection to the pool, or closes it if the request failed or was not fully sent. */
  private giveBack(isGood: boolean, isStillOpen: boolean): void {
    const { connection, head, deps } = this;
    if (connection === null) return;
    const keepsAlive = head?.keepsAlive === true && deps.connection === 'reuse';
    if (isStillOpen && head !== null) deps.pool.drain(connection, { ...head, keepsAlive });
    else if (isGood && head !== null && keepsAlive && connection.isWritten) deps.pool.release(connection, head);
    else connection.destroy();
  }

  private toExchange(endMs: number, failure: Exchange['failure']): Exchange {
    const { isReused, phases, head } = this;
    const noPhases = { dnsMs: null, connectMs: null, tlsMs: null };
    return {
      index: this.request.index,
      // In a closed loop, a request is due when it starts. An unsent request is due when its stream takes it.
      dueMs: this.dueMs ?? this.startMs ?? this.askedMs,
      firstStartMs: this.firstStartMs,
      startMs: this.startMs,
      sentMs: this.sentMs,
      headersMs: this.headersMs,
      endMs,
      httpStatus: head?.status ?? null,
      headers: head === null ? {} : pickHeaders(head.headers),
      ...this.record.finish(),
      openingMs: this.openingMs,
      connection: phases === null ? null : { reused: isReused, ...(isReused ? noPhases : phases) },
      failure,
      notes: this.notes,
      // `watchStalls` also sets this field, after its next look at the clocks.
      disturbed: this.isDisturbed,
    };
  }
}
