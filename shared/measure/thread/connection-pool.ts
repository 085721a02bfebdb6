import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'undici';
import type { ConnectError } from '../../egress/connect-error.ts';
import { type ConnectPhases, type OpenSocketOptions, openSocket, type SocketTarget } from '../../egress/open-socket.ts';
import { StaleConnectionError } from './stale-connection-error.ts';

/** One connection and the client that speaks over it, and over no other. */
export type Connection = {
  client: Client;
  phases: ConnectPhases;
  /** A request has gone over it. */
  used: boolean;
  destroy(): void;
};

export type OpenResult =
  | { connection: Connection; phases: ConnectPhases; error: null }
  | { connection: null; phases: ConnectPhases; error: ConnectError };

/**
 * Connections to one origin. We open them ourselves and give each to an undici `Client` of its own, so that it is known
 * of every request which connection it had, whether that was new, and how long its phases took; nothing is opened,
 * retried or queued behind our back.
 */
export type ConnectionPool = {
  /**
   * One that was opened ahead and not used yet; else the one that fell idle last, since the server is least likely to have
   * closed that; else null.
   */
  takeIdle(): Connection | null;
  /** Opens one more; returns what gives it up. */
  open(callback: (result: OpenResult) => void): () => void;
  /** Gives a connection back for the next request. */
  release(connection: Connection): void;
  /** Opens connections until `count` are idle, `spacingMs` apart; failures are left for the requests to find. */
  warm(count: number, spacingMs: number): Promise<void>;
  destroy(): void;
};

/**
 * How long an idle connection is kept where the server does not say (`keep-alive: timeout=…`): below the 5 s at which
 * common servers (uvicorn, Node) close, since a request that meets that closing on its way fails.
 */
const idleTimeoutMs = 4_000;

export function createConnectionPool(origin: URL, options: OpenSocketOptions): ConnectionPool {
  const target: SocketTarget = {
    hostname: origin.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(origin.port) || (origin.protocol === 'https:' ? 443 : 80),
    secure: origin.protocol === 'https:',
  };
  const idle: Connection[] = [];
  const all = new Set<Connection>();
  const opening = new Set<() => void>();

  const forget = (connection: Connection) => {
    all.delete(connection);
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
  };
  const adopt = (socket: net.Socket, phases: ConnectPhases): Connection => {
    const client = createClient(origin, socket, () => connection.destroy());
    const connection: Connection = {
      client,
      phases,
      used: false,
      destroy: () => {
        forget(connection);
        socket.destroy();
        client.destroy().catch(() => {});
      },
    };
    all.add(connection);
    return connection;
  };
  const open = (callback: (result: OpenResult) => void): (() => void) => {
    const giveUp = openSocket(target, options, ({ socket, phases, error }) => {
      opening.delete(giveUp);
      if (error !== null) callback({ connection: null, phases, error });
      else callback({ connection: adopt(socket, phases), phases, error: null });
    });
    opening.add(giveUp);
    return giveUp;
  };
  const release = (connection: Connection) => {
    if (all.has(connection)) idle.push(connection);
  };
  const openIdle = async (delayMs: number) => {
    await sleep(delayMs);
    const { connection } = await new Promise<OpenResult>(open);
    if (connection !== null) release(connection);
  };
  return {
    takeIdle: () => {
      const unused = idle.findIndex((connection) => !connection.used);
      return (unused >= 0 ? idle.splice(unused, 1)[0] : idle.pop()) ?? null;
    },
    open,
    release,
    warm: async (count, spacingMs) => {
      const missing = Math.max(0, count - idle.length);
      await Promise.all(Array.from({ length: missing }, (_, k) => openIdle(k * spacingMs)));
    },
    destroy: () => {
      for (const giveUp of [...opening]) giveUp();
      for (const connection of [...all]) connection.destroy();
    },
  };
}

/** A client for this one socket: asked for another, it says that the connection is stale, and sends nothing. */
function createClient(origin: URL, socket: net.Socket, onClose: () => void): Client {
  const unwatch = watchUnused(socket, onClose);
  let isGiven = false;
  const client = new Client(origin, {
    connect: (_options, callback) => {
      if (isGiven || socket.destroyed) {
        queueMicrotask(() => callback(new StaleConnectionError(), null));
        return;
      }
      isGiven = true;
      unwatch();
      queueMicrotask(() => callback(null, socket));
    },
    allowH2: false,
    pipelining: 1,
    // Deadlines are the request's own, from its start and with a finer grain.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: idleTimeoutMs,
    keepAliveTimeoutThreshold: 1_000,
  });
  client.on('disconnect', onClose);
  return client;
}

/** Until the client reads the socket, somebody must, or the server's closing would go unnoticed. */
function watchUnused(socket: net.Socket, onClose: () => void): () => void {
  const onReadable = () => {
    // A byte before any request is no answer to one.
    if (socket.read() !== null) onClose();
  };
  socket.on('readable', onReadable).on('end', onClose).on('close', onClose);
  return () => {
    socket.off('readable', onReadable).off('end', onClose).off('close', onClose);
  };
}
