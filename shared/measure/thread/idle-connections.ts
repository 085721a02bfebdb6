import type { HttpConnection } from './http-connection.ts';

/** Open connections that no request has, each until the instant (`performance.now()`) at which it is too old to be used. */
export type IdleConnections = {
  put(connection: HttpConnection, untilMs: number): void;
  /**
   * One that was opened ahead and not used yet; else the one that fell idle last, since the server is least likely to have
   * closed that; else null. One that has been idle for too long is closed instead.
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
