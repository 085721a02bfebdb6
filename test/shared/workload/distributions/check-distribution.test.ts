import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDistribution } from '../../../../shared/workload/distributions/check-distribution.ts';
import { drawTokenCount } from '../../../../shared/workload/distributions/draw-token-count.ts';
import { createSeededRandom } from '../../../../shared/workload/distributions/seeded-random.ts';
import type { TokenDistribution } from '../../../../shared/workload/distributions/token-distribution.ts';

describe('checkDistribution', () => {
  test.each([
    [{ distribution: 'normal', mean: 550, stddev: 150 }, 113],
    [{ distribution: 'normal', mean: 150, stddev: 20 }, 1],
    [{ distribution: 'normal', mean: 150, stddev: 20, min: 100, max: 200 }, 1],
    [{ distribution: 'lognormal', mean: 900, stddev: 2_000, max: 4_000 }, 113],
    [{ distribution: 'uniform', min: 113, max: 113 }, 113],
    [{ distribution: 'fixed', value: 113 }, 113],
    [{ distribution: 'empirical', values: [113, 500] }, 113],
    [{ distribution: 'empirical', values: [50, 500], weights: [0, 2] }, 113],
  ] satisfies [TokenDistribution, number][])('accepts %j with a minimum of %i tokens', (distribution, least) => {
    expect(checkDistribution(distribution, '/turns', least)).toEqual([]);
  });

  test.each([
    [
      { distribution: 'normal', mean: 550, stddev: 150, min: 800, max: 200 },
      1,
      /min \(800\) greater than max \(200\); /,
    ],
    [{ distribution: 'uniform', min: 9, max: 8 }, 1, /min \(9\) greater than max \(8\); /],
    [
      { distribution: 'normal', mean: 550, stddev: 10, min: 700 },
      1,
      /fewer than 1 in 100 random draws fall within 700 to 200000 tokens; /,
    ],
    [
      { distribution: 'normal', mean: 50, stddev: 10 },
      113,
      /fewer than 1 in 100 random draws fall within 113 to 200000 tokens; /,
    ],
    [
      { distribution: 'normal', mean: 150, stddev: 20, max: 40 },
      113,
      /max \(40\) below the minimum of 113 tokens; Use at least 113/,
    ],
    [{ distribution: 'lognormal', mean: 200_000, stddev: 1, min: 1, max: 5 }, 1, /fewer than 1 in 100 random draws/],
    [
      { distribution: 'uniform', min: 50, max: 500 },
      113,
      /min \(50\) below the minimum of 113 tokens; Use at least 113/,
    ],
    [{ distribution: 'fixed', value: 20 }, 113, /value \(20\) below the minimum of 113 tokens; Use at least 113/],
    [
      { distribution: 'empirical', values: [500, 50] },
      113,
      /value \(50\) below the minimum of 113 tokens; Use at least 113/,
    ],
    [{ distribution: 'empirical', values: [1, 2], weights: [1] }, 1, /1 weights for 2 values; /],
    [{ distribution: 'empirical', values: [1, 2], weights: [0, 0] }, 1, /only zero weights; /],
    [{ distribution: 'empirical', values: [1, 2], weights: [1e308, 1e308] }, 1, /sum is too large; /],
  ] satisfies [TokenDistribution, number, RegExp][])(
    'reports the fault of %j with a remedy',
    (distribution, least, fault) => {
      const faults = checkDistribution(distribution, '/turns', least);
      expect(faults).toHaveLength(1);
      const [{ pointer, fault: what, remedy } = { pointer: '', fault: '', remedy: '' }] = faults;
      expect(pointer).toBe('/turns');
      expect(`${what}; ${remedy}`).toMatch(fault);
    },
  );

  test('accepts only distributions that a thousand draws succeed with', () => {
    const tokens = fc.integer({ min: 1, max: 2_000 });
    const anyDistribution: fc.Arbitrary<TokenDistribution> = fc.oneof(
      fc.record({
        distribution: fc.constantFrom('normal' as const, 'lognormal' as const),
        mean: fc.double({ min: 0.1, max: 2_000, noNaN: true }),
        stddev: fc.double({ min: 0, max: 2_000, noNaN: true }),
        min: tokens,
        max: tokens,
      }),
      fc.record({ distribution: fc.constant('uniform' as const), min: tokens, max: tokens }),
      fc.record({ distribution: fc.constant('fixed' as const), value: tokens }),
      fc.record({
        distribution: fc.constant('empirical' as const),
        values: fc.array(tokens, { minLength: 1, maxLength: 5 }),
        weights: fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 5 }),
      }),
    );
    let passed = 0;
    fc.assert(
      fc.property(anyDistribution, fc.integer({ min: 1, max: 300 }), (distribution, least) => {
        if (checkDistribution(distribution, '/turns', least).length > 0) return;
        passed++;
        const random = createSeededRandom(passed, 'test');
        for (let draw = 0; draw < 1_000; draw++)
          expect(drawTokenCount(distribution, random, least)).toBeGreaterThanOrEqual(least);
      }),
      { numRuns: 200 },
    );
    expect(passed).toBeGreaterThan(10);
  });
});
