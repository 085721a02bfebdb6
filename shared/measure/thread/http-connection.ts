import type net from 'node:net';
import type { ConnectPhases } from '../../egress/open-socket.ts';
import type { BodySink } from './chunked-body.ts';
import { ResponseFault, type ResponseHead } from './read-response-head.ts';
import { ResponseReader } from './response-reader.ts';

/** What happens to a request that has been written. Instants: `performance.now()` of this thread. */
export interface ResponseHandler extends BodySink {
  /** The kernel has taken all of the request. Told within `send` where it takes it at once, and once more thereafter. */
  onWritten(): void;
  onHead(atMs: number, head: ResponseHead): void;
  /** All of the body that one read of the socket brought has been handed on. */
  onReadEnd(atMs: number): void;
  /** The response is whole. */
  onEnd(atMs: number): void;
  /** It never will be: `ResponseFault` where what came is not HTTP. */
  onBroken(error: Error): void;
}

/**
 * Where every socket of this thread is read to: what a read brings is used up before the next one, so one buffer does for
 * all, and none is allocated, filled and collected for each read.
 */
const readBuffer = Buffer.allocUnsafeSlow(65_536);

/**
 * One connection, over which requests go one at a time. The socket hands its reads straight on (`onread`), past the
 * machinery of streams: on each, the time is taken first.
 */
export class HttpConnection {
  /** A request has gone over it. */
  used = false;
  phases: ConnectPhases = { dnsMs: null, connectMs: null, tlsMs: null };
  private socket: net.Socket | null = null;
  private isDestroyed = false;
  private handler: ResponseHandler | null = null;
  private reader: ResponseReader | null = null;
  private readAtMs = 0;
  private readonly onClose: (connection: HttpConnection) => void;

  /** @param onClose told once: the connection can be used no more */
  constructor(onClose: (connection: HttpConnection) => void) {
    this.onClose = onClose;
  }

  /** How its socket has to be opened. */
  onread(): net.OnReadOpts {
    return { buffer: readBuffer, callback: (length) => this.receive(length) };
  }

  adopt(socket: net.Socket, phases: ConnectPhases): void {
    this.socket = socket;
    this.phases = phases;
    socket
      .on('end', () => this.endOfStream())
      .on('error', (error) => this.break(error))
      .on('close', () => this.break(closedError()));
    if (this.isDestroyed) socket.destroy();
  }

  get isOpen(): boolean {
    return !this.isDestroyed;
  }

  /** Nothing of what was sent still waits to be taken by the kernel. */
  get isWritten(): boolean {
    return this.socket?.writableLength === 0;
  }

  /** Writes a request: one call to the kernel where the socket takes it whole. Its response goes to the handler. */
  send(request: Uint8Array, handler: ResponseHandler): void {
    this.used = true;
    this.handler = handler;
    this.reader = new ResponseReader({
      onHead: (responseHead) => handler.onHead(this.readAtMs, responseHead),
      onBody: (bytes, start, end) => handler.onBody(bytes, start, end),
    });
    this.socket?.write(request, (error) => {
      if (!error) handler.onWritten();
    });
    if (this.isWritten) handler.onWritten();
  }

  /** Closes it; a request that is under way breaks. */
  destroy(): void {
    this.break(closedError('This side closed the connection'));
  }

  private receive(length: number): true {
    const atMs = performance.now();
    const { handler, reader } = this;
    this.readAtMs = atMs;
    if (handler === null || reader === null) {
      // A byte that no request asked for is no answer to the next one.
      this.destroy();
      return true;
    }
    try {
      const taken = reader.read(readBuffer, length);
      handler.onReadEnd(atMs);
      if (reader.isDone) this.finish(handler, atMs, taken === length);
    } catch (error) {
      if (!(error instanceof ResponseFault)) throw error;
      handler.onReadEnd(atMs);
      this.break(error);
    }
    return true;
  }

  private finish(handler: ResponseHandler, atMs: number, isClean: boolean): void {
    // Aborted by the handler while it read.
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

  private break(error: Error): void {
    const { handler } = this;
    this.handler = null;
    this.reader = null;
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.socket?.destroy();
    this.onClose(this);
    handler?.onBroken(error);
  }
}

function closedError(message = 'The other side closed the connection'): Error {
  return Object.assign(new Error(message), { code: 'closed' });
}
