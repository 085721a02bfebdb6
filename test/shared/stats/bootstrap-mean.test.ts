import { describe, expect, test } from 'vitest';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { bootstrapMean } from './bootstrap-mean.ts';
import { expectNear } from './expect-near.ts';

describe('bootstrapMean', () => {
  test.each(reference.resampled.filter(({ of }) => of.startsWith('mean') && !/(difference|ratio)$/.test(of)))(
    "agrees with scipy's (studentised: numpy's) bootstrap within the error of resampling: $name",
    ({ of, samples, interval, monteCarloError }) => {
      const actual = bootstrapMean(Float64Array.from(samples[0] ?? []), {
        seed: 11,
        resamples: 2000,
        method: of === 'mean' ? 'bca' : of.endsWith('percentile') ? 'percentile' : 'studentised',
      });
      expect(actual).toMatchObject({ seed: 11, resamples: 2000 });
      expectNear(actual?.interval ?? null, interval, monteCarloError);
    },
  );

  test('is a function of the values and the seed', () => {
    const values = Float64Array.from({ length: 50 }, (_, i) => i * i);
    const once = bootstrapMean(values, { seed: 1, resamples: 500 });
    expect(bootstrapMean(values, { seed: 1, resamples: 500 })).toEqual(once);
    expect(bootstrapMean(values, { seed: 2, resamples: 500 })?.interval).not.toEqual(once?.interval);
  });

  test('keeps a level of its own', () => {
    const values = Float64Array.from({ length: 50 }, (_, i) => i * i);
    const wide = bootstrapMean(values, { seed: 1, resamples: 2000, level: 0.99 })?.interval;
    const narrow = bootstrapMean(values, { seed: 1, resamples: 2000, level: 0.8 })?.interval;
    expect(Number(wide?.low)).toBeLessThan(Number(narrow?.low));
    expect(Number(wide?.high)).toBeGreaterThan(Number(narrow?.high));
  });

  test('is one point for values that do not vary, and null for fewer than two', () => {
    expect(bootstrapMean(new Float64Array(9).fill(4), { seed: 1, resamples: 100 })?.interval).toMatchObject({
      low: 4,
      high: 4,
    });
    expect(bootstrapMean(Float64Array.of(4), { seed: 1, resamples: 100 })).toBeNull();
  });
});
