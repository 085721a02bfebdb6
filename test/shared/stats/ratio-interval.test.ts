import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resamplingGenerator } from '../../../shared/stats/compare-medians.ts';
import { meanInterval } from '../../../shared/stats/mean-interval.ts';
import { ratioInterval } from '../../../shared/stats/ratio-interval.ts';
import reference from '../../fixtures/stats/ratio-intervals.json' with { type: 'json' };
import { drawNormal } from './draw-latencies.ts';

/** Seeded pairs with weak to strong correlation, any scale, and light to heavy tails. */
const pairs = fc
  .record({
    seed: fc.integer(),
    n: fc.integer({ min: 20, max: 80 }),
    sigma: fc.double({ min: 0.05, max: 1.5, noNaN: true }),
    common: fc.double({ min: 0, max: 0.9, noNaN: true }),
    magnitude: fc.integer({ min: -9, max: 12 }),
  })
  .map(({ seed, n, sigma, common, magnitude }) => {
    const random = resamplingGenerator(seed, 'pairs');
    const prompts = Float64Array.from({ length: n }, () => common * drawNormal(random));
    const answers = () => prompts.map((prompt) => Math.exp(sigma * (prompt + (1 - common) * drawNormal(random))));
    return { numerator: answers().map((value) => value * 10 ** magnitude), denominator: answers() };
  });

/** Returns whether the interval of the mean of numerator − r·denominator includes 0. */
function includesZero(numerator: Float64Array, denominator: Float64Array, r: number): boolean {
  const interval = meanInterval(numerator.map((x, i) => x - r * Number(denominator[i])));
  return interval !== null && interval.low <= 0 && interval.high >= 0;
}

describe('ratioInterval', () => {
  test('ends where the interval of the mean of numerator − r·denominator starts to exclude 0', () => {
    fc.assert(
      fc.property(pairs, ({ numerator, denominator }) => {
        const { value, interval } = ratioInterval(numerator, denominator);
        if (value === null) throw new Error('positive values must have a ratio');
        const isClear = Number(meanInterval(denominator)?.low) > 0;
        expect(interval !== null).toBe(isClear);
        if (interval === null) return;
        for (const end of [interval.low, interval.high]) {
          expect(includesZero(numerator, denominator, value + (end - value) * (1 - 1e-6))).toBe(true);
          expect(includesZero(numerator, denominator, value + (end - value) * (1 + 1e-6))).toBe(false);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('has reciprocal ends for the reciprocal ratio, in any unit', () => {
    fc.assert(
      fc.property(pairs, ({ numerator, denominator }) => {
        const { interval } = ratioInterval(numerator, denominator);
        const reciprocal = ratioInterval(denominator, numerator).interval;
        if (interval === null || reciprocal === null || interval.low <= 0) return;
        expect(1 / reciprocal.high / interval.low).toBeCloseTo(1, 8);
        expect(1 / reciprocal.low / interval.high).toBeCloseTo(1, 8);
      }),
      { numRuns: 200 },
    );
  });

  test('equals the interval of the mean divided by a constant denominator', () => {
    const values = Float64Array.from({ length: 40 }, (_, i) => (i * 37) % 101);
    const mean = meanInterval(values);
    const { interval } = ratioInterval(values, new Float64Array(40).fill(8));
    expect(interval?.low).toBeCloseTo(Number(mean?.low) / 8, 10);
    expect(interval?.high).toBeCloseTo(Number(mean?.high) / 8, 10);
  });

  test.each(reference.cases)('agrees with a root search by scipy: $name', ({ numerator, denominator, low, high }) => {
    const { interval } = ratioInterval(Float64Array.from(numerator), Float64Array.from(denominator));
    expect(Number(interval?.low) / low).toBeCloseTo(1, 9);
    expect(Number(interval?.high) / high).toBeCloseTo(1, 9);
  });

  test('is a single point if all pairs have the same ratio', () => {
    const denominator = Float64Array.from({ length: 20 }, (_, i) => i + 1);
    expect(
      ratioInterval(
        denominator.map((value) => 2 * value),
        denominator,
      ),
    ).toMatchObject({
      value: 2,
      interval: { low: 2, high: 2 },
      reason: null,
    });
  });

  test('is null with a reason if one pair dominates the denominator, and for 19 pairs', () => {
    const one = Float64Array.from({ length: 20 }, (_, i) => (i === 0 ? 1_000 : 1));
    const other = one.map((value, i) => 1.1 * value + (i % 2));
    expect(ratioInterval(other, one)).toMatchObject({
      value: expect.closeTo(1.11, 2),
      interval: null,
      reason: 'the interval of the mean denominator includes 0',
    });
    expect(ratioInterval(new Float64Array(19).fill(1), new Float64Array(19).fill(1)).reason).toBe(
      'an interval needs at least 20 pairs',
    );
  });

  test('has no value if the sum of the denominators is not above 0', () => {
    for (const denominator of [new Float64Array(3), Float64Array.of(-1, -2, -3), new Float64Array()])
      expect(ratioInterval(new Float64Array(denominator.length).fill(1), denominator)).toEqual({
        value: null,
        interval: null,
        reason: 'the mean of the denominator is not above 0',
      });
  });

  test('is null if squared values overflow or underflow the range of doubles', () => {
    const values = Float64Array.from({ length: 25 }, (_, i) => 1 + ((i * 7) % 11));
    const others = values.map((value, i) => value + (i % 3));
    for (const scale of [1e-300, 1e300])
      expect(
        ratioInterval(
          values.map((value) => value * scale),
          others.map((value) => value * scale),
        ),
      ).toMatchObject({ interval: null, reason: 'an end of the interval is beyond the range of numbers' });
  });

  test('rejects samples of different lengths', () => {
    expect(() => ratioInterval(new Float64Array(3), new Float64Array(4))).toThrow('equal lengths');
  });
});
