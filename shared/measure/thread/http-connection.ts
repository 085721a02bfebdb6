import type net from 'node:net';
import type { ConnectPhases } from '../../egress/open-socket.ts';
import type { Note } from '../../protocols/parts/notes.ts';
import type { Exchange } from '../instrument.ts';
import { encodeRequest } from './http/build-request-head.ts';
import type { Connection, ResponseHandler } from './http/connection.ts';
import { ResponseFault } from './http/read-response-head.ts';
import { ResponseReader } from './http/response-reader.ts';

/** Read buffer that all sockets of this thread share. One is enough, because each read is processed before the next. */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

type Opened = { tunnelMs: number | null; isStream: boolean };
const directly: Opened = { tunnelMs: null, isStream: false };

/**
 * One connection, which sends requests one at a time. It receives each socket read directly (`onread`), without Node's
 * streams, and records the time of the read before anything else.
 */
export class HttpConnection implements Connection {
  readonly httpVersion = '1.1';
  /** Whether the connection has already sent a request. */
  used = false;
  /** Whether bytes of a response to the last request have arrived. */
  hasReceived = false;
  /** Whether the other side ended the connection. */
  isClosedByPeer = false;
  tunnelMs: number | null = null;
  phases: ConnectPhases = { dnsMs: null, connectMs: null, tlsMs: null };
  private socket: net.Socket | null = null;
  private isDestroyed = false;
  private handler: ResponseHandler | null = null;
  private reader: ResponseReader | null = null;
  private readAtMs = 0;
  private readonly onClose: (connection: Connection) => void;

  /** @param onClose is called once, when the connection can no longer be used */
  constructor(onClose: (connection: Connection) => void) {
    this.onClose = onClose;
  }

  /** Returns the `onread` options with which the socket must be opened. */
  onread(): net.OnReadOpts {
    return { buffer: readBuffer, callback: (length) => this.receive(length) };
  }

  /** @param opened `isStream`: the socket is read as a stream, because it did not get the options of `onread` */
  adopt(socket: net.Socket, phases: ConnectPhases, { tunnelMs, isStream }: Opened = directly): void {
    this.tunnelMs = tunnelMs;
    this.socket = socket;
    this.phases = phases;
    if (isStream) socket.on('data', (bytes: Buffer) => this.receive(bytes.length, bytes)).resume();
    socket
      .on('end', () => this.endOfStream())
      .on('error', (error) => this.break(error))
      .on('close', () => this.break(closedError()));
    if (this.isDestroyed) socket.destroy();
  }

  get isOpen(): boolean {
    return !this.isDestroyed;
  }

  /** Whether the kernel has accepted all bytes that were sent. */
  get isWritten(): boolean {
    return this.socket?.writableLength === 0;
  }

  prepare(head: string, body: Uint8Array, headers: Record<string, string> = {}) {
    const request = encodeRequest(head, body, headers);
    return (handler: ResponseHandler) => this.send(request, handler);
  }

  /** Writes a request, with one kernel call if the socket accepts all of it. */
  private send(request: Uint8Array, handler: ResponseHandler): void {
    this.used = true;
    this.hasReceived = false;
    this.handler = handler;
    this.reader = new ResponseReader({
      onHead: (responseHead) => this.handler?.onHead(this.readAtMs, responseHead),
      onBody: (bytes, start, end) => this.handler?.onBody(bytes, start, end),
    });
    this.socket?.write(request, (error) => {
      if (!error) handler.onWritten();
    });
    if (this.isWritten) handler.onWritten();
  }

  pause(): void {
    this.socket?.pause();
  }

  resume(): void {
    this.socket?.resume();
  }

  /** Gives the rest of an open response to another handler. */
  handOver(handler: ResponseHandler): void {
    this.handler = handler;
  }

  /** Closes the connection. An open request fails. */
  destroy(): void {
    this.break(closedError('This side closed the connection'), false);
  }

  private receive(length: number, bytes: Buffer = readBuffer): true {
    const atMs = performance.now();
    const { handler, reader } = this;
    this.readAtMs = atMs;
    this.hasReceived = true;
    if (handler === null || reader === null) {
      // The server sent bytes without a request. These bytes must not become part of the next response.
      this.destroy();
      return true;
    }
    handler.wire?.add(bytes, length, atMs);
    try {
      const taken = reader.read(bytes, length);
      handler.onReadEnd(atMs);
      if (reader.isDone) this.finish(handler, atMs, taken === length);
    } catch (error) {
      if (!(error instanceof ResponseFault)) throw error;
      handler.onReadEnd(atMs);
      this.break(error, false);
    }
    return true;
  }

  private finish(handler: ResponseHandler, atMs: number, isClean: boolean): void {
    // The handler may have aborted the request during this read.
    if (this.isDestroyed) return;
    this.handler = null;
    this.reader = null;
    if (!isClean) this.destroy();
    handler.onEnd(atMs);
  }

  private endOfStream(): void {
    const { handler, reader } = this;
    if (handler !== null && reader?.endsHere()) this.finish(handler, performance.now(), false);
    else this.break(closedError());
  }

  private break(error: Error, isByPeer = true): void {
    const { handler } = this;
    this.handler = null;
    this.reader = null;
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.isClosedByPeer = isByPeer;
    this.socket?.destroy();
    this.onClose(this);
    handler?.onBroken(error);
  }
}

function closedError(message = 'The server closed the connection'): Error {
  return Object.assign(new Error(message), { code: 'closed' });
}

/** Describes the way of a request through a proxy; null without a proxy. The first request names the tunnel's time. */
export function describeProxied(proxy: string | null, { used, tunnelMs }: Connection): Note | null {
  if (proxy === null) return null;
  const opened = used || tunnelMs === null ? '' : `; tunnel opened in ${Math.round(tunnelMs)} ms`;
  return { code: 'via_proxy', detail: proxy + opened };
}

/** Describes which version of HTTP the handshake chose; null if the target requests one version. */
export function describeVersion(isChosen: boolean, { httpVersion }: Connection): Note | null {
  if (!isChosen) return null;
  return { code: httpVersion === '2' ? 'auto_http_2' : 'auto_http_1', detail: `HTTP/${httpVersion}` };
}

type Circumstances = { hasHeaders: boolean; isReused: boolean };

/** Describes how a sent request failed. The text contains only fixed texts and error codes, never addresses. */
export function describeFailure(
  error: Error,
  { hasHeaders, isReused }: Circumstances,
): NonNullable<Exchange['failure']> {
  if (error instanceof ResponseFault)
    return { kind: 'not_http', message: `The response is not valid HTTP/1.1 (${error.message})` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (hasHeaders) return { kind: 'broken', message: `The connection broke in the middle of the response (${code})` };
  const which = isReused ? 'kept-open connection' : 'connection';
  return { kind: 'broken', message: `The ${which} was closed before the response arrived (${code})` };
}
