import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ModelConfig, ProviderConfig, RateLimit } from './config/provider-config.ts';
import { createStreamEngine, type Pacer } from './engine/stream-engine.ts';
import type { RequestLog } from './log/request-log.ts';

export type ModelState = ReturnType<typeof createModelState>;

export type ProviderContext = {
  config: ProviderConfig;
  models: ReadonlyMap<string, ModelState>;
  pacer: Pacer;
  log: RequestLog;
  idleCloser: ReturnType<typeof createIdleCloser>;
};

export function createModelState(name: string, config: ModelConfig) {
  return {
    name,
    config,
    engine: createStreamEngine(config.latency, config.capacity, config.queueLength),
    limiter: config.rateLimit === undefined ? null : createRateLimiter(config.rateLimit),
    /** Number of requests that the model has received. */
    sequence: 0,
  };
}

/** Creates an object that closes idle connections. A new request on a connection stops the connection's timer. */
export function createIdleCloser() {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  return {
    /** Marks a connection as busy, so that it is not closed as idle. */
    begin: (socket: Socket) => clearTimeout(timers.get(socket)),
    closeAfter: (response: ServerResponse, socket: Socket, idleMs: number) => {
      response.once('finish', () => timers.set(socket, setTimeout(() => socket.destroy(), idleMs).unref()));
    },
  };
}

/** If a request is allowed now, counts it and returns 0; otherwise, returns the time in ms until it is allowed. */
export type RateLimiter = (nowMs: number) => number;

/** Creates a rate limiter. A `fixed-window` limit starts at the first request. A `token-bucket` limit starts full. */
export function createRateLimiter(limit: RateLimit): RateLimiter {
  return limit.algorithm === 'fixed-window' ? createFixedWindow(limit) : createTokenBucket(limit);
}

function createFixedWindow({ requests, windowMs }: RateLimit): RateLimiter {
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let used = 0;
  return (nowMs) => {
    if (nowMs - windowStartMs >= windowMs) {
      windowStartMs = nowMs;
      used = 0;
    }
    if (used >= requests) return windowStartMs + windowMs - nowMs;
    used += 1;
    return 0;
  };
}

function createTokenBucket({ requests, windowMs }: RateLimit): RateLimiter {
  let level = requests;
  let lastMs: number | null = null;
  return (nowMs) => {
    if (lastMs !== null) level = Math.min(requests, level + ((nowMs - lastMs) * requests) / windowMs);
    lastMs = nowMs;
    // The tolerance allows a client to retry after exactly the returned time.
    if (level < 1 - 1e-9) return ((1 - level) * windowMs) / requests;
    level = Math.max(0, level - 1);
    return 0;
  };
}
