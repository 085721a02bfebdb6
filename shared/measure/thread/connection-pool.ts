import type net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'undici';
import type { ConnectError } from '../../egress/connect-error.ts';
import { type ConnectPhases, type OpenSocketOptions, openSocket, type SocketTarget } from '../../egress/open-socket.ts';
import { createSocketClient } from './socket-client.ts';

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

export function createConnectionPool(origin: URL, options: OpenSocketOptions): ConnectionPool {
  const idle: Connection[] = [];
  const all = new Set<Connection>();
  const opening = new Set<() => void>();

  const adopt = (socket: net.Socket, phases: ConnectPhases): Connection => {
    const connection = createConnection(origin, socket, phases, () => {
      all.delete(connection);
      const at = idle.indexOf(connection);
      if (at >= 0) idle.splice(at, 1);
    });
    all.add(connection);
    return connection;
  };
  const open = (callback: (result: OpenResult) => void): (() => void) => {
    const giveUp = openSocket(targetOf(origin), options, ({ socket, phases, error }) => {
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

function createConnection(origin: URL, socket: net.Socket, phases: ConnectPhases, onDestroy: () => void): Connection {
  const destroy = () => {
    onDestroy();
    socket.destroy();
    client.destroy().catch(() => {});
  };
  const client = createSocketClient(origin, socket, destroy);
  return { client, phases, used: false, destroy };
}

function targetOf({ protocol, hostname, port }: URL): SocketTarget {
  const secure = protocol === 'https:';
  return { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port) || (secure ? 443 : 80), secure };
}
