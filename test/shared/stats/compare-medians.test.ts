import { describe, expect, test } from 'vitest';
import { combineIntervals } from '../../../shared/stats/combine-intervals.ts';
import { compareMedians } from '../../../shared/stats/compare-medians.ts';
import { tInterval } from '../../../shared/stats/mean-interval.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
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
      reason: 'the median of the base is not above 0 in some resamples',
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
