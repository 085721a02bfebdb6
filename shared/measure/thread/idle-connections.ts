import type { HttpConnection } from './http-connection.ts';

/** Open connections without a request, each with the time (`performance.now()`) at which it becomes too old to use. */
export type IdleConnections = {
  put(connection: HttpConnection, untilMs: number): void;
  /**
   * Returns an unused connection; else the one that became idle last, which the server is least likely to have closed;
   * else null. Closes connections that have been idle for too long.
   */
  take(): HttpConnection | null;
  forget(connection: HttpConnection): void;
  count(): number;
};

export function createIdleConnections(): IdleConnections {
  const idle: { connection: HttpConnection; untilMs: number }[] = [];
  return {
    put: (connection, untilMs) => {
      if (connection.isOpen) idle.push({ connection, untilMs });
    },
    take: () => {
      const unused = idle.findIndex(({ connection }) => !connection.used);
      if (unused >= 0) return idle.splice(unused, 1)[0]?.connection ?? null;
      const nowMs = performance.now();
      for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
        if (last.untilMs > nowMs) return last.connection;
        last.connection.destroy();
      }
      return null;
    },
    forget: (connection) => {
      const at = idle.findIndex((one) => one.connection === connection);
      if (at >= 0) idle.splice(at, 1);
    },
    count: () => idle.length,
  };
}
