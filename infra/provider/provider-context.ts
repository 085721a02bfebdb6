import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ModelConfig, ProviderConfig } from './config/provider-config.ts';
import type { Pacer } from './engine/pace-engines.ts';
import { createRateLimiter, type RateLimiter } from './engine/rate-limiter.ts';
import { createStreamEngine, type StreamEngine } from './engine/stream-engine.ts';
import type { RequestLog } from './log/request-log.ts';

export type ModelState = {
  name: string;
  config: ModelConfig;
  engine: StreamEngine;
  limiter: RateLimiter | null;
  /** Number of requests received. */
  sequence: number;
};

/** State that all requests of one provider share. */
export type ProviderContext = {
  config: ProviderConfig;
  models: ReadonlyMap<string, ModelState>;
  pacer: Pacer;
  log: RequestLog;
  idleCloser: IdleCloser;
};

export type IdleCloser = {
  /** Marks a connection as busy. */
  begin(socket: Socket): void;
  closeAfter(response: ServerResponse, socket: Socket, idleMs: number): void;
};

export function createModelState(name: string, config: ModelConfig): ModelState {
  return {
    name,
    config,
    engine: createStreamEngine(config.latency, config.capacity, config.queueLength),
    limiter: config.rateLimit === undefined ? null : createRateLimiter(config.rateLimit),
    sequence: 0,
  };
}

/** Creates a closer of idle connections. A new request on a connection cancels the timer. */
export function createIdleCloser(): IdleCloser {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  return {
    begin(socket) {
      clearTimeout(timers.get(socket));
    },
    closeAfter(response, socket, idleMs) {
      response.once('finish', () => timers.set(socket, setTimeout(() => socket.destroy(), idleMs).unref()));
    },
  };
}
