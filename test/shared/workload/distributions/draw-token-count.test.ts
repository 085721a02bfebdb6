import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawTokenCount } from '../../../../shared/workload/distributions/draw-token-count.ts';
import { createSeededRandom } from '../../../../shared/workload/distributions/seeded-random.ts';
import type { TokenDistribution } from '../../../../shared/workload/distributions/token-distribution.ts';

const count = 40_000;

function drawMany(distribution: TokenDistribution, least?: number): number[] {
  const random = createSeededRandom(117, 'test');
  return Array.from({ length: count }, () => drawTokenCount(distribution, random, least));
}

function computeMean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function computeStddev(numbers: readonly number[]): number {
  const mean = computeMean(numbers);
  return Math.sqrt(numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / (numbers.length - 1));
}

describe('drawTokenCount', () => {
  test.each([
    ['the blog input', { distribution: 'normal', mean: 550, stddev: 150 }, 550, 150],
    ['the blog output', { distribution: 'normal', mean: 150, stddev: 20 }, 150, 20],
    ['a lognormal of the counts', { distribution: 'lognormal', mean: 400, stddev: 300 }, 400, 300],
    ['a lognormal without spread', { distribution: 'lognormal', mean: 40, stddev: 0 }, 40, 0],
    ['a uniform with both ends', { distribution: 'uniform', min: 1, max: 9 }, 5, Math.sqrt(80 / 12)],
    ['a fixed count', { distribution: 'fixed', value: 77 }, 77, 0],
    ['equal chances', { distribution: 'empirical', values: [10, 20, 60] }, 30, Math.sqrt(1400 / 3)],
    ['weights', { distribution: 'empirical', values: [10, 20, 60], weights: [3, 0, 1] }, 22.5, Math.sqrt(468.75)],
    // The default output tokens of LLMPerf: redraws change 150/80 to 155.5/74.2.
    ['a normal cut at 1', { distribution: 'normal', mean: 150, stddev: 80 }, 155.5, 74.2],
    [
      'half a normal',
      { distribution: 'normal', mean: 500, stddev: 100, max: 500 },
      500 - 100 * Math.sqrt(2 / Math.PI),
      60.3,
    ],
  ] satisfies [string, TokenDistribution, number, number][])(
    'has the mean and standard deviation of %s',
    (_, distribution, mean, stddev) => {
      const draws = drawMany(distribution);
      // Four standard errors, plus a quarter of a token for rounding at a bound.
      expect(Math.abs(computeMean(draws) - mean)).toBeLessThanOrEqual((4 * stddev) / Math.sqrt(count) + 0.25);
      expect(Math.abs(computeStddev(draws) - stddev)).toBeLessThanOrEqual(0.03 * stddev);
    },
  );

  test('rounds to the nearest integer, which keeps the mean', () => {
    expect(new Set(drawMany({ distribution: 'normal', mean: 10.4, stddev: 0 }))).toEqual(new Set([10]));
    expect(new Set(drawMany({ distribution: 'normal', mean: 10.6, stddev: 0 }))).toEqual(new Set([11]));
    expect(computeMean(drawMany({ distribution: 'normal', mean: 20.5, stddev: 5 }))).toBeCloseTo(20.5, 0);
  });

  test('never draws a value of weight 0, and draws both ends of a uniform', () => {
    const weighted = drawMany({ distribution: 'empirical', values: [1, 2, 3, 4], weights: [0, 1, 1, 0] });
    expect(new Set(weighted)).toEqual(new Set([2, 3]));
    expect(new Set(drawMany({ distribution: 'uniform', min: 4, max: 6 }))).toEqual(new Set([4, 5, 6]));
  });

  test('returns an integer within the bounds for any distribution', () => {
    const bounded = fc.record({
      distribution: fc.constantFrom('normal' as const, 'lognormal' as const),
      mean: fc.double({ min: 100, max: 2_000, noNaN: true }),
      stddev: fc.double({ min: 200, max: 2_000, noNaN: true }),
      min: fc.integer({ min: 1, max: 200 }),
      max: fc.integer({ min: 1_500, max: 4_000 }),
    });
    fc.assert(
      fc.property(bounded, fc.nat(), (distribution, seed) => {
        const random = createSeededRandom(seed, 'test');
        for (let draw = 0; draw < 20; draw++) {
          const tokens = drawTokenCount(distribution, random);
          expect(Number.isInteger(tokens)).toBe(true);
          expect(tokens).toBeGreaterThanOrEqual(distribution.min);
          expect(tokens).toBeLessThanOrEqual(distribution.max);
        }
      }),
    );
  });

  test('repeats draws below the minimum of the caller', () => {
    expect(Math.min(...drawMany({ distribution: 'normal', mean: 120, stddev: 40 }, 100))).toBe(100);
  });

  test.each([
    [{ distribution: 'normal', mean: 100, stddev: 1, min: 500 }, 1],
    [{ distribution: 'normal', mean: 100, stddev: 10, min: 101, max: 99 }, 1],
    [{ distribution: 'fixed', value: 20 }, 21],
  ] satisfies [TokenDistribution, number][])(
    'throws an error if no draw can meet the bounds',
    (distribution, least) => {
      expect(() => drawTokenCount(distribution, createSeededRandom(1, 'test'), least)).toThrow(
        /The bounds cannot be met/,
      );
    },
  );

  test.each([
    { distribution: 'uniform', min: 9, max: 8 },
    { distribution: 'empirical', values: [1, 2], weights: [0, 0] },
    { distribution: 'empirical', values: [1], weights: [0, 1] },
  ] satisfies TokenDistribution[])('rejects an impossible distribution: %j', (distribution) => {
    expect(() => drawTokenCount(distribution, createSeededRandom(1, 'test'))).toThrow(RangeError);
  });
});
