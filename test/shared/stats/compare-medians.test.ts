import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { combineIntervals } from '../../../shared/stats/combine-intervals.ts';
import {
  compareMedians,
  drawIndex,
  percentileInterval,
  resamplingGenerator,
} from '../../../shared/stats/compare-medians.ts';
import { tInterval } from '../../../shared/stats/mean-interval.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';
import { expectNear } from './expect-near.ts';

const cases = reference.resampled.filter(({ of }) => /^median (difference|ratio)$/.test(of));
const options = { paired: false, seed: 1, resamples: 1000 };

describe('compareMedians', () => {
  test.each(cases)("agrees with scipy's bootstrap within the error of resampling: $name", (expected) => {
    const [target = [], base = []] = expected.samples;
    const actual = compareMedians(Float64Array.from(base), Float64Array.from(target), {
      paired: expected.paired,
      seed: 21,
      resamples: 2000,
    });
    const contrast = expected.of.endsWith('ratio') ? actual.ratio : actual.difference;
    expectNear(contrast.interval, expected.interval, expected.monteCarloError);
  });

  test('compares the target with the base, and names the method of the intervals', () => {
    const medians = compareMedians(Float64Array.of(1, 2, 3, 10), Float64Array.of(2, 4, 6, 20), options);
    expect(medians).toMatchObject({ difference: { value: 2.5 }, ratio: { value: 2 } });
    expect(medians.difference.interval?.method).toBe('bootstrap, percentile (1000 resamples, seed 1)');
  });

  test('gives correlated pairs a narrower interval than the same values unpaired', () => {
    const base = Float64Array.from({ length: 60 }, (_, i) => 100 + 10 * i);
    const target = base.map((value, i) => value * 1.05 + (i % 7));
    const [paired, apart] = [true, false].map((paired) => compareMedians(base, target, { ...options, paired }));
    const width = (of: typeof paired) => Number(of?.difference.interval?.high) - Number(of?.difference.interval?.low);
    expect(width(paired) * 4).toBeLessThan(width(apart));
  });

  test('has no ratio if the base is 0, and no interval if the base is 0 in some resamples', () => {
    const zeros = new Float64Array(4);
    const target = Float64Array.of(1, 2, 3, 4);
    expect(compareMedians(zeros, target, options).ratio).toMatchObject({ value: null, interval: null });
    expect(compareMedians(zeros, target, options).difference.value).toBe(2.5);
    expect(compareMedians(Float64Array.of(0, 0, 4, 4), target, options).ratio).toEqual({
      value: 1.25,
      interval: null,
      reason: 'the median of the base is 0 or less in some bootstrap resamples, so the ratio has no interval',
    });
  });

  test('rejects paired samples of different lengths', () => {
    expect(() => compareMedians(Float64Array.of(1, 2, 3), Float64Array.of(1, 2), { ...options, paired: true })).toThrow(
      'equal lengths',
    );
  });
});

describe('combineIntervals', () => {
  test('agrees with the bootstrap for means of two samples, within a tenth of its width', () => {
    const expected = reference.resampled.find(({ name }) => name === 'ratio of means');
    const [target, base] = (expected?.samples ?? []).map((values) => {
      const interval = tInterval(values);
      if (interval === null) throw new Error('no interval');
      return { value: (interval.low + interval.high) / 2, interval };
    });
    if (base === undefined || target === undefined) throw new Error('no samples');
    const { ratio } = combineIntervals(base, target);
    const width = Number(expected?.interval[1]) - Number(expected?.interval[0]);
    expect(Math.abs(Number(ratio.interval?.low) - Number(expected?.interval[0]))).toBeLessThan(0.1 * width);
    expect(Math.abs(Number(ratio.interval?.high) - Number(expected?.interval[1]))).toBeLessThan(0.1 * width);
  });

  test('adds the half-widths of symmetric intervals in quadrature', () => {
    const located = (value: number, half: number) => ({
      value,
      interval: { level: 0.95, low: value - half, high: value + half, method: 't' },
    });
    const { difference } = combineIntervals(located(100, 3), located(110, 4));
    expect(difference).toMatchObject({
      value: 10,
      interval: { level: 0.95, low: 5, high: 15, method: 't, combined (MOVER)' },
    });
    expect(combineIntervals(located(2, 3), located(110, 4)).ratio).toEqual({
      value: 55,
      interval: null,
      reason: 'one of the two intervals reaches 0',
    });
    expect(combineIntervals(located(0, 3), located(110, 4)).ratio).toMatchObject({ value: null, interval: null });
  });
});

describe('drawIndex', () => {
  test('stays within 0 … n − 1', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 21 }), fc.integer(), (n, seed) => {
        const random = resamplingGenerator(seed, 'test');
        for (let i = 0; i < 100; i++) {
          const index = drawIndex(random, n);
          expect(Number.isInteger(index) && index >= 0 && index < n).toBe(true);
        }
      }),
    );
  });

  test('draws each number equally often (chi-squared, 99.9 %)', () => {
    const random = resamplingGenerator(1, 'test');
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const index = drawIndex(random, 10);
      counts[index] = (counts[index] ?? 0) + 1;
    }
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(27.88);
  });

  test('draws again when a word would favor the first numbers', () => {
    // 2^32 = 3·1431655765 + 1, so one word is left over: the lowest.
    const words = [0, 1];
    const random = { ...resamplingGenerator(1, 'test'), next: () => words.shift() ?? Number.NaN };
    expect(drawIndex(random, 3)).toBe(0);
    expect(words).toEqual([]);
  });
});

describe('percentileInterval', () => {
  test.each(reference.percentiles)('has the quantiles of numpy to 1e-12: $name', (expected) => {
    const interval = percentileInterval(Float64Array.from(expected.replicates));
    expectRelative(interval?.low, expected.interval[0], 1e-12, 'low end');
    expectRelative(interval?.high, expected.interval[1], 1e-12, 'high end');
  });

  test('is null without replicates, and for replicates that are not finite', () => {
    expect(percentileInterval(new Float64Array())).toBeNull();
    expect(percentileInterval(Float64Array.of(1, Number.NaN))).toBeNull();
    expect(percentileInterval(Float64Array.of(1, Number.NEGATIVE_INFINITY))).toBeNull();
  });
});
