import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectError } from '../../egress/connect-error.ts';
import { type ConnectPhases, type OpenSocketOptions, openSocket, type SocketTarget } from '../../egress/open-socket.ts';
import { HttpConnection } from './http-connection.ts';
import { createIdleConnections } from './idle-connections.ts';
import type { ResponseHead } from './read-response-head.ts';

/**
 * How long an idle connection is kept if the server does not say (`keep-alive: timeout=…`). Common servers (uvicorn,
 * Node) close after 5 s, and a request that crosses the close on its way fails.
 */
const idleTimeoutMs = 4_000;
/** A connection is closed this long before the server would close it. */
const idleMarginMs = 1_000;

export type OpenResult =
  | { connection: HttpConnection; phases: ConnectPhases; error: null }
  | { connection: null; phases: ConnectPhases; error: ConnectError };

/**
 * Connections to one origin. A custom pool shows which connection each request used, whether it was new, and how long
 * its phases took. Nothing is opened, retried or queued implicitly.
 */
export type ConnectionPool = {
  takeIdle(): HttpConnection | null;
  /** Opens a connection; returns a function that cancels the attempt. */
  open(callback: (result: OpenResult) => void): () => void;
  /** Returns a connection to the pool. `head` belongs to the last response on it. */
  release(connection: HttpConnection, head: ResponseHead): void;
  /** Opens connections `spacingMs` apart until `count` are idle; ignores failures, which the requests then report. */
  warm(count: number, spacingMs: number): Promise<void>;
  /** Closes all connections; `warm` opens no more. */
  destroy(): void;
};

export function createConnectionPool(origin: URL, options: OpenSocketOptions): ConnectionPool {
  const idle = createIdleConnections();
  const all = new Set<HttpConnection>();
  const opening = new Set<() => void>();
  let isDestroyed = false;

  const forget = (connection: HttpConnection) => {
    all.delete(connection);
    idle.forget(connection);
  };
  const open = (callback: (result: OpenResult) => void): (() => void) => {
    const connection = new HttpConnection(forget);
    const onread = connection.onread();
    const giveUp = openSocket(readSocketTarget(origin), { ...options, onread }, ({ socket, phases, error }) => {
      opening.delete(giveUp);
      if (error !== null) return callback({ connection: null, phases, error });
      all.add(connection);
      connection.adopt(socket, phases);
      callback({ connection, phases, error: null });
    });
    opening.add(giveUp);
    return giveUp;
  };
  const release: ConnectionPool['release'] = (connection, head) => {
    const leftMs = readIdleTimeMs(head);
    if (leftMs <= 0) connection.destroy();
    else idle.put(connection, performance.now() + leftMs);
  };
  const openIdle = async (delayMs: number) => {
    await sleep(delayMs);
    if (isDestroyed) return;
    const { connection } = await new Promise<OpenResult>(open);
    // Kept until its first request without a time limit; the pool notices if the server closes it.
    if (connection !== null) idle.put(connection, Number.POSITIVE_INFINITY);
  };
  return {
    takeIdle: idle.take,
    open,
    release,
    warm: async (count, spacingMs) => {
      const missing = Math.max(0, count - idle.count());
      await Promise.all(Array.from({ length: missing }, (_, k) => openIdle(k * spacingMs)));
    },
    destroy: () => {
      isDestroyed = true;
      for (const giveUp of [...opening]) giveUp();
      for (const connection of [...all]) connection.destroy();
    },
  };
}

function readIdleTimeMs({ headers }: ResponseHead): number {
  const seconds = /\btimeout=(\d+)/i.exec(headers.get('keep-alive') ?? '')?.[1];
  return seconds === undefined ? idleTimeoutMs : Number(seconds) * 1_000 - idleMarginMs;
}

function readSocketTarget({ protocol, hostname, port }: URL): SocketTarget {
  const secure = protocol === 'https:';
  return { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || (secure ? 443 : 80), secure };
}
