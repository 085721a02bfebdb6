import type { RateLimit } from '../config/provider-config.ts';

export type RateLimiter = {
  /** Counts a request and returns 0, or returns the milliseconds until the next request is allowed. */
  take(nowMs: number): number;
};

/** Creates a limiter. A `fixed-window` starts with its first request; a `token-bucket` starts full and refills evenly. */
export function createRateLimiter(limit: RateLimit): RateLimiter {
  return limit.algorithm === 'fixed-window' ? createFixedWindow(limit) : createTokenBucket(limit);
}

function createFixedWindow({ requests, windowMs }: RateLimit): RateLimiter {
  let windowStartMs = Number.NEGATIVE_INFINITY;
  let used = 0;
  return {
    take(nowMs) {
      if (nowMs - windowStartMs >= windowMs) {
        windowStartMs = nowMs;
        used = 0;
      }
      if (used >= requests) return windowStartMs + windowMs - nowMs;
      used += 1;
      return 0;
    },
  };
}

function createTokenBucket({ requests, windowMs }: RateLimit): RateLimiter {
  let level = requests;
  let lastMs: number | null = null;
  return {
    take(nowMs) {
      if (lastMs !== null) level = Math.min(requests, level + ((nowMs - lastMs) * requests) / windowMs);
      lastMs = nowMs;
      // The tolerance admits a client that waits exactly the returned time.
      if (level < 1 - 1e-9) return ((1 - level) * windowMs) / requests;
      level = Math.max(0, level - 1);
      return 0;
    },
  };
}
