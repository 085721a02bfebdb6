import type { ConnectPhases } from '../../egress/open-socket.ts';
import type { Note } from '../../protocols/parts/notes.ts';
import type { Exchange, ExchangeFailureKind, ExchangePart, PreparedRequest } from '../instrument.ts';
import { EndWatch } from './end-watch.ts';
import { formatWholeHead } from './http/build-request-head.ts';
import type { Connection, ResponseHandler } from './http/connection.ts';
import { pickHeaders, type ResponseHead } from './http/read-response-head.ts';
import { WireRecord } from './http/wire-record.ts';
import { describeFailure, describeProxied, describeVersion } from './http-connection.ts';
import { maxRedirects } from './redirects.ts';
import type { RequestDeps } from './request-deps.ts';
import { RequestTimers } from './request-timers.ts';
import { ResponseRecord } from './response-record.ts';
import { type TimeoutContext, watchStall, watchTimeouts } from './watch-timeouts.ts';

/** Maximum time in ms from the start of a request until it meets a connection that the server was already closing. */
const maxCrossingMs = 1_000;

/**
 * One timed request. It starts when it is written to the socket, records the time and bytes of each read, and ends
 * exactly once, as an exchange. A write to an idle connection waits for the next event-loop turn, so that a connection
 * that the server has closed is replaced first. If the server closes a reused connection as the request arrives, and no
 * byte of a response came, the request is sent once more over a new connection and starts then. The same holds after a
 * redirect. A response that stays open after its answer is drained apart, so that it does not hold its stream.
 */
export class TimedRequest implements ResponseHandler {
  private readonly deps: RequestDeps;
  private readonly request: PreparedRequest;
  readonly dueMs: number | null;
  private readonly onEnded: (exchange: Exchange) => void;
  private readonly askedMs: number;
  private readonly onPart: ((part: ExchangePart) => void) | null;
  private record: ResponseRecord;
  private endWatch: EndWatch;
  wire: WireRecord | null;
  private connection: Connection | null = null;
  private isReused = false;
  private phases: ConnectPhases | null = null;
  private giveUpOpening: (() => void) | null = null;
  private writing: NodeJS.Immediate | null = null;
  private openingMs = 0;
  private firstStartMs: number | null = null;
  private firstOpeningMs = 0;
  private redirects = 0;
  private sentHead = '';
  private startMs: number | null = null;
  private sentMs: number | null = null;
  private headersMs: number | null = null;
  private head: ResponseHead | null = null;
  private isDisturbed = false;
  private readonly notes: Note[] = [];
  private failure: Exchange['failure'] = null;
  private timers: RequestTimers;
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
    this.onPart = onPart;
    this.timers = new RequestTimers(deps.clock);
    this.record = this.createRecord();
    this.endWatch = this.createEndWatch();
    this.wire = deps.keepsWire ? new WireRecord() : null;
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
    watchStall(this.timeoutContext(), this.headersMs + this.deps.timeouts.stallTimeoutMs);
    this.endWatch.start(this.headersMs);
    if (head.hasTwoFramings) this.notes.push({ code: 'two_framings', detail: 'transfer-encoding and content-length' });
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    this.record.add(bytes, start, end);
  }

  onReadEnd(atMs: number): void {
    const { record, deps } = this;
    record.mark(atMs);
    this.endWatch.onRead();
    if (record.isTooLarge) this.fail('too_large', `The response is larger than ${deps.maxResponseBytes} bytes`);
  }

  onEnd(atMs: number): void {
    if (this.followRedirect()) return;
    this.end(null, atMs - this.deps.originMs);
  }

  onBroken(error: Error): void {
    if (this.sendAgain()) return;
    const circumstances = { hasHeaders: this.head !== null, isReused: this.isReused };
    this.end(describeFailure(error, circumstances), this.deps.clock.nowMs());
  }

  private createRecord(): ResponseRecord {
    const { onPart, request } = this;
    return new ResponseRecord(
      this.deps,
      onPart === null ? null : (reads) => onPart({ index: request.index, ...reads }),
    );
  }

  private createEndWatch(): EndWatch {
    const { clock } = this.deps;
    return new EndWatch(this.record, clock, this.timers, (detail) => {
      this.notes.push({ code: 'late_close', detail });
      this.end(null, clock.nowMs(), true);
    });
  }

  private open(): void {
    const fromMs = this.deps.clock.nowMs();
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

  private writeOver(idle: Connection): void {
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
    const { connection, deps, startMs } = this;
    if (this.isEnded || this.failure !== null || this.firstStartMs !== null || !this.isReused) return false;
    if (connection === null || connection.hasReceived || !connection.isClosedByPeer) return false;
    if (startMs === null || deps.clock.nowMs() - startMs > maxCrossingMs) return false;
    this.notes.push({ code: 'sent_again', detail: 'the server closed the kept-open connection' });
    deps.pool.addClosed(connection);
    this.startOver();
    this.open();
    return true;
  }

  /** Sends the request to the address of a redirect within the origin. Returns whether it does. */
  private followRedirect(): boolean {
    const { deps, head, isEnded, failure } = this;
    if (deps.redirects === null || head === null || isEnded || failure !== null) return false;
    const path = this.redirects < maxRedirects ? deps.redirects.take(head, this.sentHead) : null;
    if (path === null) return false;
    this.redirects++;
    this.notes.push({ code: 'redirected', detail: path });
    this.giveBack(true, false);
    this.startOver();
    this.send();
    return true;
  }

  /** Forgets a first sending, except for its start. */
  private startOver(): void {
    this.timers.cancel();
    this.timers = new RequestTimers(this.deps.clock);
    this.firstOpeningMs = this.firstStartMs === null ? this.openingMs : this.firstOpeningMs;
    this.firstStartMs ??= this.startMs;
    this.sentMs = null;
    this.headersMs = null;
    this.head = null;
    this.connection = null;
    this.endWatch.close();
    this.record.finish();
    this.record = this.createRecord();
    this.endWatch = this.createEndWatch();
    this.wire?.discard();
    this.wire = this.deps.keepsWire ? new WireRecord() : null;
  }

  private write(connection: Connection): void {
    if (this.firstStartMs === null) this.noteConnection(connection);
    this.connection = connection;
    this.isReused = connection.used;
    this.phases = connection.phases;
    const { body, headers } = this.request;
    this.sentHead = this.deps.redirects?.head() ?? this.deps.head;
    const send = connection.prepare(this.sentHead, body, headers);
    this.startMs = this.deps.clock.nowMs();
    if (this.firstStartMs !== null) this.openingMs = this.firstOpeningMs + this.startMs - this.firstStartMs;
    send(this);
    watchTimeouts(this.timeoutContext(), this.startMs);
  }

  private noteConnection(connection: Connection): void {
    const { proxyNote, notesVersion } = this.deps;
    for (const note of [describeProxied(proxyNote, connection), describeVersion(notesVersion, connection)])
      if (note !== null) this.notes.push(note);
  }

  private timeoutContext(): TimeoutContext {
    const { record, timers, deps } = this;
    const fail = (kind: ExchangeFailureKind, message: string) => this.fail(kind, message);
    return { clock: deps.clock, timers, record, timeouts: deps.timeouts, fail };
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
    this.endWatch.close();
    this.timers.cancel();
    this.giveBack(failure === null, isStillOpen);
    this.onEnded({ ...this.toExchange(endMs, failure), ...this.takeWire(failure, isStillOpen) });
  }

  private takeWire(failure: Exchange['failure'], isStillOpen: boolean): Pick<Exchange, 'wire'> {
    const { wire, request, head, deps } = this;
    if (wire === null || this.startMs === null) return {};
    const sent = { head: formatWholeHead(this.sentHead, request), body: request.body };
    return { wire: wire.finish(deps.originMs, sent, { failure, head, isStillOpen }) };
  }

  private giveBack(isGood: boolean, isStillOpen: boolean): void {
    const { connection, head, deps } = this;
    if (connection === null) return;
    const mayReuse = deps.connection === 'reuse';
    if (isGood && head !== null) deps.pool.takeBack(connection, head, { isStillOpen, mayReuse });
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
