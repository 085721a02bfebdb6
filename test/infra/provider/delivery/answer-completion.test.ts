import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultSchema, modelSchema } from '../../../../infra/provider/config/provider-config.ts';
import { chooseFault } from '../../../../infra/provider/delivery/answer-completion.ts';
import { createRandom, drawFactor, drawUniform } from '../../../../infra/provider/engine/draw-stream.ts';
import { createRateLimiter } from '../../../../infra/provider/provider-context.ts';

const numbers = Array.from({ length: 12 }, (_, index) => index + 1);
const struck = (rules: object[], seed = 1) =>
  numbers.filter(
    (sequence) =>
      chooseFault(
        rules.map((rule) => faultSchema.parse({ kind: 'stall', ...rule })),
        sequence,
        createRandom(seed, sequence),
      ) !== null,
  );

describe('chooseFault', () => {
  test.each([
    [[{}], numbers],
    [[], []],
    [[{ every: 5 }], [5, 10]],
    [[{ first: 3 }], [1, 2, 3]],
    [[{ requests: [2, 7] }], [2, 7]],
    [
      [{ every: 6 }, { requests: [1] }],
      [1, 6, 12],
    ],
    [[{ probability: 0 }], []],
    [[{ probability: 1, every: 4 }], [4, 8, 12]],
  ])('%j selects requests %j', (rules, expected) => {
    expect(struck(rules)).toEqual(expected);
  });

  test('selects requests with the configured probability, and the same requests for the same seed', () => {
    const rule = [faultSchema.parse({ kind: 'stall', probability: 0.3 })];
    const hits = Array.from({ length: 5_000 }, (_, n) => chooseFault(rule, n + 1, createRandom(9, n)) !== null);
    const share = hits.filter(Boolean).length / hits.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / hits.length));
    expect(struck([{ probability: 0.5 }], 4)).toEqual(struck([{ probability: 0.5 }], 4));
  });

  test('applies the first of two matching rules', () => {
    const rules = [faultSchema.parse({ kind: 'crlf', every: 2 }), faultSchema.parse({ kind: 'stall' })];
    expect(numbers.map((n) => chooseFault(rules, n, createRandom(1, n))?.kind).slice(0, 4)).toEqual([
      'stall',
      'crlf',
      'stall',
      'crlf',
    ]);
  });
});

describe('createRateLimiter', () => {
  test('allows the configured requests in a fixed window, and returns the time until the next window', () => {
    const limiter = createRateLimiter({ requests: 2, windowMs: 1_000, algorithm: 'fixed-window', retryAfter: true });
    expect([0, 100, 200, 999, 1_000, 1_100, 1_200].map((atMs) => limiter.take(atMs))).toEqual([
      0, 0, 800, 1, 0, 0, 800,
    ]);
  });

  test('starts a token bucket full and refills it evenly', () => {
    const limiter = createRateLimiter({ requests: 2, windowMs: 1_000, algorithm: 'token-bucket', retryAfter: true });
    expect([0, 0, 0, 500, 750].map((atMs) => limiter.take(atMs))).toEqual([0, 0, 500, 0, 250]);
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
            const waitMs = limiter.take(nowMs);
            if (waitMs > 0) {
              nowMs += waitMs + 1e-6;
              expect(limiter.take(nowMs)).toBe(0);
            }
            passed += 1;
          }
          expect(passed).toBeLessThanOrEqual(requests * (Math.floor(nowMs / 1_000) + 1) + requests);
        },
      ),
    );
  });
});

describe('drawFactor', () => {
  test.each(['lognormal', 'normal'] as const)('%s has mean 1 and the configured coefficient of variation', (kind) => {
    const n = 20_000;
    const factors = Array.from({ length: n }, (_, index) => drawFactor(createRandom(7, index), { kind, cv: 0.2 }));
    const mean = factors.reduce((sum, value) => sum + value, 0) / n;
    const sd = Math.sqrt(factors.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
    // The tolerance is five standard errors of a mean with deviation 0.2.
    expect(Math.abs(mean - 1)).toBeLessThan((5 * 0.2) / Math.sqrt(n));
    expect(Math.abs(sd - 0.2)).toBeLessThan(0.01);
  });

  test('draws of neighboring requests are independent', () => {
    const n = 10_000;
    const pairs = Array.from({ length: n }, (_, k) => [
      drawUniform(createRandom(1, k)),
      drawUniform(createRandom(1, k + 1)),
    ]);
    const covariance = pairs.reduce((sum, [a = 0, b = 0]) => sum + (a - 0.5) * (b - 0.5), 0) / n;
    expect(Math.abs(covariance * 12)).toBeLessThan(5 / Math.sqrt(n));
  });
});

test('a model without settings is valid, and an unknown fault is rejected', () => {
  expect(modelSchema.parse({}).faults).toEqual([]);
  expect(modelSchema.safeParse({ faults: [{ kind: 'flood' }] }).success).toBe(false);
});
