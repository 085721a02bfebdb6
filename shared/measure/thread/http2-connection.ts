import http2 from 'node:http2';
import type net from 'node:net';
import type { ConnectPhases } from '../../egress/open-socket.ts';
import type { Connection, ResponseHandler } from './http/connection.ts';
import { ResponseFault, type ResponseHead } from './http/read-response-head.ts';

/** Window in bytes for the data that the server may send without waiting for an acknowledgment. */
const windowBytes = 4_194_304;

/** Header fields that HTTP/2 forbids, or that other fields replace (RFC 9113, section 8.2.2). */
const connectionHeaders = new Set([
  'host',
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'proxy-authorization',
]);

/**
 * One HTTP/2 connection, which sends requests one at a time, like a connection of HTTP/1.1, so that no request waits for
 * another one's frames. Records the time of each data frame before anything else.
 */
export class Http2Connection implements Connection {
  readonly httpVersion = '2';
  used = false;
  hasReceived = false;
  isClosedByPeer = false;
  isWritten = true;
  readonly tunnelMs: number | null;
  readonly phases: ConnectPhases;
  private readonly session: http2.ClientHttp2Session;
  private stream: http2.ClientHttp2Stream | null = null;
  private handler: ResponseHandler | null = null;
  private isDestroyed = false;
  private readonly onClose: (connection: Connection) => void;

  /** @param onClose is called once, when the connection can no longer be used */
  constructor(
    socket: net.Socket,
    origin: URL,
    opened: { phases: ConnectPhases; tunnelMs: number | null },
    onClose: (connection: Connection) => void,
  ) {
    this.phases = opened.phases;
    this.tunnelMs = opened.tunnelMs;
    this.onClose = onClose;
    const settings = { enablePush: false, initialWindowSize: windowBytes };
    this.session = http2.connect(origin, { createConnection: () => socket, settings });
    this.session
      .on('connect', () => {
        if (!this.session.destroyed) this.session.setLocalWindowSize(windowBytes);
      })
      .on('goaway', () => this.close())
      .on('error', (error) => this.break(error))
      .on('close', () => this.break(closedError()));
  }

  get isOpen(): boolean {
    return !this.isDestroyed;
  }

  prepare(head: string, body: Uint8Array, headers: Record<string, string> = {}) {
    const fields = { ...readFields(head), ...headers, 'content-length': String(body.length) };
    return (handler: ResponseHandler) => this.send(fields, body, handler);
  }

  pause(): void {
    this.stream?.pause();
  }

  resume(): void {
    this.stream?.resume();
  }

  handOver(handler: ResponseHandler): void {
    this.handler = handler;
  }

  destroy(): void {
    this.break(closedError('This side closed the connection'), false);
  }

  private send(fields: Record<string, string>, body: Uint8Array, handler: ResponseHandler): void {
    this.used = true;
    this.hasReceived = false;
    this.isWritten = false;
    this.handler = handler;
    let isEnded = false;
    const stream = this.session.request(fields, { endStream: false });
    this.stream = stream;
    const fail = (error: Error) => {
      if (this.stream === stream && !isEnded) this.break(error);
    };
    stream
      .on('response', (received) => this.receiveHead(received))
      .on('data', (bytes: Buffer) => this.receiveData(bytes))
      .on('end', () => {
        isEnded = true;
        this.finish(stream);
      })
      .on('error', fail)
      .on('close', () => fail(closedError('The server reset the stream')));
    stream.end(body, () => {
      this.isWritten = true;
      if (this.stream === stream) this.handler?.onWritten();
    });
  }

  private receiveHead(received: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader): void {
    const atMs = performance.now();
    const head = readHead(received);
    this.hasReceived = true;
    this.handler?.wire?.addHttp2Head(head, atMs);
    this.handler?.onHead(atMs, head);
  }

  private receiveData(bytes: Buffer): void {
    const atMs = performance.now();
    this.handler?.wire?.add(bytes, bytes.length, atMs);
    this.handler?.onBody(bytes, 0, bytes.length);
    this.handler?.onReadEnd(atMs);
  }

  private finish(stream: http2.ClientHttp2Stream): void {
    const atMs = performance.now();
    const { handler } = this;
    if (this.isDestroyed || this.stream !== stream) return;
    this.handler = null;
    this.stream = null;
    handler?.onEnd(atMs);
  }

  /** The server ends the connection after the open request. */
  private close(): void {
    this.isClosedByPeer = true;
    if (this.stream === null) this.break(closedError());
  }

  private break(error: Error, isByPeer = true): void {
    const { handler } = this;
    this.handler = null;
    this.stream = null;
    if (this.isDestroyed) return;
    this.isDestroyed = true;
    this.isClosedByPeer ||= isByPeer;
    this.session.destroy();
    this.onClose(this);
    handler?.onBroken(
      'code' in error && error.code === 'ERR_HTTP2_ERROR' ? new ResponseFault('an HTTP/2 fault') : error,
    );
  }
}

function closedError(message = 'The server closed the connection'): Error {
  return Object.assign(new Error(message), { code: 'closed' });
}

/** Converts the head of a request of HTTP/1.1 to the fields of HTTP/2. */
function readFields(head: string): Record<string, string> {
  const [first = '', ...lines] = head.split('\r\n');
  const fields: Record<string, string> = { ':method': 'POST', ':path': first.split(' ')[1] ?? '/' };
  for (const line of lines) {
    const colon = line.indexOf(': ');
    if (colon < 0) continue;
    const name = line.slice(0, colon).toLowerCase();
    if (name === 'host') fields[':authority'] = line.slice(colon + 2);
    else if (!connectionHeaders.has(name)) fields[name] = line.slice(colon + 2);
  }
  return fields;
}

function readHead(received: http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader): ResponseHead {
  const headers = new Map<string, string>();
  for (const [name, value] of Object.entries(received))
    if (value !== undefined && !name.startsWith(':')) headers.set(name, [value].flat().join(', '));
  const status = received[':status'] ?? 0;
  return { status, headers, body: { kind: 'close' }, keepsAlive: true, hasTwoFramings: false };
}
