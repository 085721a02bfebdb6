import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRateLimiter } from '../../../infra/provider/provider-context.ts';

describe('createRateLimiter', () => {
  test('allows the configured requests in a fixed window, and returns the time until the next window', () => {
    const limiter = createRateLimiter({ requests: 2, windowMs: 1_000, algorithm: 'fixed-window', retryAfter: true });
    expect([0, 100, 200, 999, 1_000, 1_100, 1_200].map((atMs) => limiter(atMs))).toEqual([0, 0, 800, 1, 0, 0, 800]);
  });

  test('starts a token bucket full and refills it evenly', () => {
    const limiter = createRateLimiter({ requests: 2, windowMs: 1_000, algorithm: 'token-bucket', retryAfter: true });
    expect([0, 0, 0, 500, 750].map((atMs) => limiter(atMs))).toEqual([0, 0, 500, 0, 250]);
  });

  test('allows a request after the returned wait, and never more than the limit in a window', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('fixed-window' as const, 'token-bucket' as const),
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 100 }),
        (algorithm, requests, gapsMs) => {
          const limiter = createRateLimiter({ requests, windowMs: 1_000, algorithm, retryAfter: true });
          let nowMs = 0;
          let passed = 0;
          for (const gapMs of gapsMs) {
            nowMs += gapMs;
            const waitMs = limiter(nowMs);
            if (waitMs > 0) {
              nowMs += waitMs + 1e-6;
              expect(limiter(nowMs)).toBe(0);
            }
            passed += 1;
          }
          expect(passed).toBeLessThanOrEqual(requests * (Math.floor(nowMs / 1_000) + 1) + requests);
        },
      ),
    );
  });
});
