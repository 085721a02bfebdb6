import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import tls from 'node:tls';
import { type ConnectError, createConnectError } from '../../egress/connect-error.ts';
import { openProxiedSocket } from '../../egress/open-proxied-socket.ts';
import {
  type ConnectPhases,
  type OpenSocketOptions,
  type OpenSocketResult,
  openSocket,
  type SocketTarget,
} from '../../egress/open-socket.ts';
import type { ProxyRoute } from '../../egress/proxy-route.ts';
import type { Connection, ResponseHandler } from './http/connection.ts';
import type { ResponseHead } from './http/read-response-head.ts';
import { HttpConnection } from './http-connection.ts';
import { Http2Connection } from './http2-connection.ts';
import { watchReuse } from './watch-reuse.ts';

/** Maximum idle time in ms if the server sends no `keep-alive: timeout=…`. Common servers (uvicorn, Node) use 5 s. */
const idleTimeoutMs = 4_000;
/** The pool stops using an idle connection this many ms before the server would close the connection. */
const idleMarginMs = 1_000;
/** How long in ms the rest of a response may take after its answer. */
const drainMs = 500;

export type OpenResult =
  | { connection: Connection; phases: ConnectPhases; error: null }
  | { connection: null; phases: ConnectPhases; error: ConnectError };

/** `isStillOpen`: the response has not ended. `mayReuse`: the connection may serve further requests. */
type TakeBack = { isStillOpen: boolean; mayReuse: boolean };

/**
 * A pool of connections to one origin. On its own, the pool never opens connections, retries, or queues. It stops
 * reusing connections if the server closes most of them right after a response.
 */
export class ConnectionPool {
  private readonly idle = createIdleConnections();
  private readonly reuse = watchReuse();
  private readonly all = new Set<Connection>();
  private readonly opening = new Set<() => void>();
  private readonly origin: URL;
  private readonly options: OpenSocketOptions;
  private readonly proxy: ProxyRoute | null;
  private isDestroyed = false;

  constructor(origin: URL, options: OpenSocketOptions, proxy: ProxyRoute | null = null) {
    this.origin = origin;
    this.options = options;
    this.proxy = proxy;
  }

  /** Returns an idle connection, or null. After the reuse was stopped, only unused connections are idle. */
  takeIdle(): Connection | null {
    return this.idle.take(this.reuse.isStopped());
  }

  /** Whether reuse was stopped, because the server closes connections without saying so. */
  isReuseStopped(): boolean {
    return this.reuse.isStopped();
  }

  /** Records that the server closed a connection that the pool had given to a request. */
  addClosed(connection: Connection): void {
    this.reuse.addClosed(connection);
  }

  /** Opens a connection. Returns a function that cancels the attempt. */
  open(callback: (result: OpenResult) => void): () => void {
    const plain = new HttpConnection(this.forget);
    const onread = this.mayBeHttp2() ? {} : { onread: plain.onread() };
    const giveUp = this.openRoute({ ...this.options, ...onread }, (result) => {
      this.opening.delete(giveUp);
      const { phases, error } = result;
      if (error !== null) return callback({ connection: null, phases, error });
      const connection = this.choose(plain, result);
      if (connection === null)
        return callback({ connection: null, phases, error: createConnectError('tls', 'NO_HTTP2') });
      this.all.add(connection);
      callback({ connection, phases, error: null });
    });
    this.opening.add(giveUp);
    return giveUp;
  }

  /**
   * Takes back the connection of a good response, to reuse it if possible. If the response is still open, although its
   * answer is over, its rest is read first, for a short time.
   */
  takeBack(connection: Connection, head: ResponseHead, { isStillOpen, mayReuse }: TakeBack): void {
    const giveBack = () => {
      const isReusable = head.keepsAlive && mayReuse && connection.isWritten && !this.isDestroyed;
      if (isReusable) this.release(connection, head);
      else connection.destroy();
    };
    if (!isStillOpen) {
      giveBack();
      return;
    }
    const timer = setTimeout(() => connection.destroy(), drainMs);
    const stop = () => clearTimeout(timer);
    connection.handOver({
      ...ignoreResponse,
      onBroken: stop,
      onEnd: () => {
        stop();
        giveBack();
      },
    });
  }

  /** Opens connections, `spacingMs` apart, until `count` are idle. Ignores failures: the requests report them. */
  async warm(count: number, spacingMs: number): Promise<void> {
    const missing = Math.max(0, count - this.idle.count());
    await Promise.all(Array.from({ length: missing }, (_, k) => this.openIdle(k * spacingMs)));
  }

  /** Closes all connections. Opens no connections afterwards. */
  destroy(): void {
    this.isDestroyed = true;
    for (const giveUp of [...this.opening]) giveUp();
    for (const connection of [...this.all]) connection.destroy();
  }

  private readonly forget = (connection: Connection): void => {
    this.all.delete(connection);
    if (this.idle.forget(connection)) this.reuse.addClosed(connection);
  };

  private mayBeHttp2(): boolean {
    return this.options.protocols?.includes('h2') === true;
  }

  private openRoute(options: OpenSocketOptions, callback: (result: OpenSocketResult) => void): () => void {
    const target = readSocketTarget(this.origin);
    if (this.proxy === null) return openSocket(target, options, callback);
    return openProxiedSocket(target, options, this.proxy, callback);
  }

  /** Returns the connection of the protocol that was agreed, or null if only HTTP/2 is allowed and it was not. */
  private choose(plain: HttpConnection, result: Extract<OpenSocketResult, { error: null }>): Connection | null {
    const { socket, phases, tunnelMs = null } = result;
    const isPlainText = this.origin.protocol === 'http:';
    const isRequired = this.options.protocols?.includes('http/1.1') === false;
    const isAgreed = readProtocol(socket) === 'h2';
    if (isRequired && !isPlainText && !isAgreed) {
      socket.destroy();
      return null;
    }
    const mayBeHttp2 = this.mayBeHttp2();
    if (mayBeHttp2 && (isPlainText || isAgreed))
      return new Http2Connection(socket, this.origin, { phases, tunnelMs }, this.forget);
    plain.adopt(socket, phases, { tunnelMs, isStream: mayBeHttp2 || tunnelMs !== null });
    return plain;
  }

  private async openIdle(delayMs: number): Promise<void> {
    await sleep(delayMs);
    if (this.isDestroyed) return;
    const { connection } = await new Promise<OpenResult>((resolve) => this.open(resolve));
    // An unused connection has no time limit. If the server closes the connection, the pool removes it.
    if (connection !== null) this.idle.put(connection, Number.POSITIVE_INFINITY);
  }

  private release(connection: Connection, head: ResponseHead): void {
    const leftMs = readIdleTimeMs(head);
    if (leftMs <= 0 || this.reuse.isStopped()) {
      connection.destroy();
      return;
    }
    this.reuse.addReleased(connection);
    this.idle.put(connection, performance.now() + leftMs);
  }
}

const ignoreResponse: Omit<ResponseHandler, 'onEnd' | 'onBroken'> = {
  wire: null,
  onWritten: () => {},
  onHead: () => {},
  onBody: () => {},
  onReadEnd: () => {},
};

function readIdleTimeMs({ headers }: ResponseHead): number {
  const seconds = /\btimeout=(\d+)/i.exec(headers.get('keep-alive') ?? '')?.[1];
  return seconds === undefined ? idleTimeoutMs : Number(seconds) * 1_000 - idleMarginMs;
}

/** Returns the protocol that the TLS handshake chose (ALPN). */
function readProtocol(socket: net.Socket): string | null {
  return socket instanceof tls.TLSSocket && socket.alpnProtocol ? socket.alpnProtocol : null;
}

function readSocketTarget({ protocol, hostname, port }: URL): SocketTarget {
  const secure = protocol === 'https:';
  return { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || (secure ? 443 : 80), secure };
}

/** Creates a list of idle open connections. A connection can be used until `untilMs`, a time of `performance.now()`. */
function createIdleConnections() {
  const idle: { connection: Connection; untilMs: number }[] = [];
  return {
    put: (connection: Connection, untilMs: number) => {
      if (connection.isOpen) idle.push({ connection, untilMs });
    },
    /** Returns an unused connection, else the connection that became idle last, else null. Closes expired ones. */
    take: (isUnusedOnly: boolean): Connection | null => {
      const unused = idle.findIndex(({ connection }) => !connection.used);
      if (unused >= 0) return idle.splice(unused, 1)[0]?.connection ?? null;
      if (isUnusedOnly) return null;
      const nowMs = performance.now();
      for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
        if (last.untilMs > nowMs) return last.connection;
        last.connection.destroy();
      }
      return null;
    },
    /** Removes a connection. Returns whether it was idle. */
    forget: (connection: Connection): boolean => {
      const at = idle.findIndex((one) => one.connection === connection);
      if (at >= 0) idle.splice(at, 1);
      return at >= 0;
    },
    count: () => idle.length,
  };
}
