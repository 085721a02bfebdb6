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
import type { Connection, ResponseHandler } from './connection.ts';
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

export type ConnectionPool = ReturnType<typeof createConnectionPool>;

/**
 * Creates a pool of connections to one origin. On its own, the pool never opens connections, retries, or queues. It stops
 * reusing connections if the server closes most of them right after a response.
 */
export function createConnectionPool(origin: URL, options: OpenSocketOptions, proxy: ProxyRoute | null = null) {
  const idle = createIdleConnections();
  const reuse = watchReuse();
  const all = new Set<Connection>();
  const opening = new Set<() => void>();
  let isDestroyed = false;

  const forget = (connection: Connection) => {
    all.delete(connection);
    if (idle.forget(connection)) reuse.addClosed(connection);
  };
  const openRoute = (socketOptions: OpenSocketOptions, callback: (result: OpenSocketResult) => void) => {
    const target = readSocketTarget(origin);
    if (proxy === null) return openSocket(target, socketOptions, callback);
    return openProxiedSocket(target, socketOptions, proxy, callback);
  };
  const open = (callback: (result: OpenResult) => void): (() => void) => {
    const plain = new HttpConnection(forget);
    const isRequired = options.protocols?.includes('http/1.1') === false;
    const mayBeHttp2 = options.protocols?.includes('h2') === true;
    const onread = mayBeHttp2 ? {} : { onread: plain.onread() };
    const giveUp = openRoute({ ...options, ...onread }, (result) => {
      opening.delete(giveUp);
      const { phases, error } = result;
      if (error !== null) return callback({ connection: null, phases, error });
      const { socket, tunnelMs = null } = result;
      if (isRequired && origin.protocol === 'https:' && readProtocol(socket) !== 'h2') {
        socket.destroy();
        return callback({ connection: null, phases, error: createConnectError('tls', 'NO_HTTP2') });
      }
      const isHttp2 = mayBeHttp2 && (origin.protocol === 'http:' || readProtocol(socket) === 'h2');
      const connection = isHttp2 ? new Http2Connection(socket, origin, { phases, tunnelMs }, forget) : plain;
      all.add(connection);
      if (connection === plain) plain.adopt(socket, phases, { tunnelMs, isStream: mayBeHttp2 || tunnelMs !== null });
      callback({ connection, phases, error: null });
    });
    opening.add(giveUp);
    return giveUp;
  };
  const openIdle = async (delayMs: number) => {
    await sleep(delayMs);
    if (isDestroyed) return;
    const { connection } = await new Promise<OpenResult>(open);
    // An unused connection has no time limit. If the server closes the connection, the pool removes it.
    if (connection !== null) idle.put(connection, Number.POSITIVE_INFINITY);
  };
  const release = (connection: Connection, head: ResponseHead) => {
    const leftMs = readIdleTimeMs(head);
    if (leftMs <= 0 || reuse.isStopped()) return connection.destroy();
    reuse.addReleased(connection);
    idle.put(connection, performance.now() + leftMs);
  };
  return {
    /** Returns an idle connection, or null. After the reuse was stopped, only unused connections are idle. */
    takeIdle: () => idle.take(reuse.isStopped()),
    /** Whether reuse was stopped, because the server closes connections without saying so. */
    isReuseStopped: reuse.isStopped,
    /** Records that the server closed a connection that the pool had given to a request. */
    addClosed: reuse.addClosed,
    /** Opens a connection. Returns a function that cancels the attempt. */
    open,
    /**
     * Takes back the connection of a good response, to reuse it if possible. If the response is still open, although its
     * answer is over, its rest is read first, for a short time.
     */
    takeBack: (connection: Connection, head: ResponseHead, { isStillOpen, mayReuse }: TakeBack) => {
      const giveBack = () => {
        const isReusable = head.keepsAlive && mayReuse && connection.isWritten && !isDestroyed;
        if (isReusable) release(connection, head);
        else connection.destroy();
      };
      if (!isStillOpen) return giveBack();
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
    },
    /** Opens connections, `spacingMs` apart, until `count` are idle. Ignores failures: the requests report them. */
    warm: async (count: number, spacingMs: number) => {
      const missing = Math.max(0, count - idle.count());
      await Promise.all(Array.from({ length: missing }, (_, k) => openIdle(k * spacingMs)));
    },
    /** Closes all connections. Opens no connections afterwards. */
    destroy: () => {
      isDestroyed = true;
      for (const giveUp of [...opening]) giveUp();
      for (const connection of [...all]) connection.destroy();
    },
  };
}

const ignoreResponse: Omit<ResponseHandler, 'onEnd' | 'onBroken'> = {
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
