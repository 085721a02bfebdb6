import type { Connection } from './http/connection.ts';

/** A close this soon (ms) after a response is the server's habit, and not its limit for idle connections. */
const habitMs = 1_000;
/** Number and share of such closes after which no connection is reused. */
const minCloses = 2;
const minShare = 0.25;

/** Counts how often the server closes a connection after a response, without having said so in the response. */
export function watchReuse() {
  const releasedAtMs = new WeakMap<Connection, number>();
  let released = 0;
  let closed = 0;
  let isStopped = false;
  return {
    addReleased: (connection: Connection) => {
      released++;
      releasedAtMs.set(connection, performance.now());
    },
    /** Counts a connection that was closed, if the server closed it soon after a response. */
    addClosed: (connection: Connection) => {
      const atMs = releasedAtMs.get(connection);
      if (!connection.isClosedByPeer || atMs === undefined || performance.now() - atMs > habitMs) return;
      closed++;
      isStopped ||= closed >= minCloses && closed >= minShare * released;
    },
    isStopped: () => isStopped,
  };
}
