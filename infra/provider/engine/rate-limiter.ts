import type { RateLimit } from '../config/provider-config.ts';

export type RateLimiter = {
  /** 0: the request may pass, and counts. Otherwise how long, in milliseconds, until one may. */
  take(nowMs: number): number;
};

/** `fixed-window`: so many per window, counted from the first request. `token-bucket`: refilled evenly, full at first. */
export function createRateLimiter(limit: RateLimit): RateLimiter {
  return limit.algorithm === 'fixed-window' ? fixedWindow(limit) : tokenBucket(limit);
}

function fixedWindow({ requests, windowMs }: RateLimit): RateLimiter {
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

function tokenBucket({ requests, windowMs }: RateLimit): RateLimiter {
  let level = requests;
  let lastMs: number | null = null;
  return {
    take(nowMs) {
      if (lastMs !== null) level = Math.min(requests, level + ((nowMs - lastMs) * requests) / windowMs);
      lastMs = nowMs;
      // A hair below one is one: a client that waits exactly as told must get through.
      if (level < 1 - 1e-9) return ((1 - level) * windowMs) / requests;
      level = Math.max(0, level - 1);
      return 0;
    },
  };
}
