import { describe, expect, test } from 'vitest';
import { combineIntervals } from '../../../shared/stats/combine-intervals.ts';
import { compareLocations } from '../../../shared/stats/compare-locations.ts';
import { tIntervalOfMean } from '../../../shared/stats/t-interval.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectNear } from './expect-near.ts';

const cases = reference.resampled.filter(({ of }) => /(difference|ratio)$/.test(of));
const options = { statistic: 'mean', paired: false, seed: 1, resamples: 1000 } as const;

describe('compareLocations', () => {
  test.each(cases)("agrees with scipy's bootstrap within the error of resampling: $name", (expected) => {
    const [target = [], base = []] = expected.samples;
    const actual = compareLocations(Float64Array.from(base), Float64Array.from(target), {
      statistic: expected.of.startsWith('mean') ? 'mean' : 'median',
      paired: expected.paired,
      seed: 21,
      resamples: 2000,
    });
    const contrast = expected.of.endsWith('ratio') ? actual?.ratio : actual?.difference;
    expectNear(contrast?.interval ?? null, expected.interval, expected.monteCarloError);
  });

  test('says the locations, and the contrasts of the target against the base', () => {
    const base = Float64Array.of(1, 2, 3, 10);
    const target = Float64Array.of(2, 4, 6, 20);
    expect(compareLocations(base, target, options)).toMatchObject({
      base: 4,
      target: 8,
      difference: { value: 4 },
      ratio: { value: 2 },
      seed: 1,
      resamples: 1000,
    });
    const medians = compareLocations(base, target, { ...options, statistic: 'median' });
    expect(medians).toMatchObject({ base: 2.5, target: 5, difference: { value: 2.5 }, ratio: { value: 2 } });
  });

  test('pairs that vary together give a narrower interval than the same values unpaired', () => {
    const base = Float64Array.from({ length: 60 }, (_, i) => 100 + 10 * i);
    const target = base.map((value, i) => value * 1.05 + (i % 7));
    for (const statistic of ['mean', 'median'] as const) {
      const [paired, apart] = [true, false].map((paired) =>
        compareLocations(base, target, { ...options, statistic, paired }),
      );
      const width = (of: typeof paired) => Number(of?.difference.interval?.high) - Number(of?.difference.interval?.low);
      expect(width(paired) * 4).toBeLessThan(width(apart));
    }
  });

  test('has no ratio to a base of 0, and no interval of one where resamples have such a base', () => {
    const zeros = new Float64Array(4);
    const target = Float64Array.of(1, 2, 3, 4);
    expect(compareLocations(zeros, target, options)?.ratio).toMatchObject({ value: null, interval: null });
    expect(compareLocations(zeros, target, options)?.difference.value).toBe(2.5);
    const nearly = Float64Array.of(0, 0, 0, 4);
    expect(compareLocations(nearly, target, options)?.ratio).toEqual({
      value: 2.5,
      interval: null,
      reason: 'some resamples have no such value',
    });
  });

  test('is null for a sample of one value, and refuses pairs of unequal samples', () => {
    expect(compareLocations(Float64Array.of(1), Float64Array.of(1, 2), options)).toBeNull();
    expect(() =>
      compareLocations(Float64Array.of(1, 2, 3), Float64Array.of(1, 2), { ...options, paired: true }),
    ).toThrow('one length');
  });
});

describe('combineIntervals', () => {
  test('is near the bootstrap for means of two samples', () => {
    const expected = cases.find(({ name }) => name === 'ratio of means');
    const [target, base] = (expected?.samples ?? []).map((values) => {
      const interval = tIntervalOfMean(values);
      if (interval === null) throw new Error('no interval');
      return { value: (interval.low + interval.high) / 2, interval };
    });
    if (base === undefined || target === undefined) throw new Error('no samples');
    const { ratio } = combineIntervals(base, target);
    const width = Number(expected?.interval[1]) - Number(expected?.interval[0]);
    expect(Math.abs(Number(ratio.interval?.low) - Number(expected?.interval[0]))).toBeLessThan(0.1 * width);
    expect(Math.abs(Number(ratio.interval?.high) - Number(expected?.interval[1]))).toBeLessThan(0.1 * width);
  });

  test('adds the half widths of symmetric intervals as roots of squares', () => {
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
      reason: 'one of both cannot be told from 0',
    });
    expect(combineIntervals(located(0, 3), located(110, 4)).ratio).toMatchObject({ value: null, interval: null });
  });
});
