import { describe, expect, test } from 'vitest';
import { compareSamples } from '../../../shared/stats/compare-samples.ts';

const base = Float64Array.from({ length: 60 }, (_, i) => 400 + ((i * 37) % 60) * 10);
const target = base.map((value, i) => value * 1.1 + (i % 5));

describe('compareSamples', () => {
  test('detects a difference in pairs that is lost in unpaired samples', () => {
    const paired = compareSamples(base, target, true);
    const apart = compareSamples(base, target, false);
    expect(paired).toMatchObject({ paired: true, nBase: 60, nTarget: 60, test: { test: 'Wilcoxon signed-rank' } });
    expect(apart).toMatchObject({ paired: false, test: { test: 'Mann-Whitney U' } });
    expect(paired?.test.pValue).toBeLessThan(1e-6);
    expect(apart?.test.pValue).toBeGreaterThan(0.01);
    expect(Number(paired?.mean.ratio.interval?.low)).toBeGreaterThan(1.09);
    expect(Number(apart?.mean.ratio.interval?.low)).toBeLessThan(1.04);
    expect(paired?.median.ratio.value).toBe(apart?.median.ratio.value);
  });

  test('combines intervals above 1,000 values instead of resampling, with a similar result', () => {
    const repeat = (values: Float64Array, times: number) =>
      Float64Array.from({ length: 60 * times }, (_, i) => values[i % 60] ?? 0);
    const resampled = compareSamples(repeat(base, 8), repeat(target, 8), false);
    const combined = compareSamples(repeat(base, 9), repeat(target, 9), false);
    expect(resampled?.median.ratio.interval?.method).toBe('bootstrap, percentile (999 resamples, seed 1)');
    expect(resampled?.mean.ratio.interval?.method).toMatch(/^t, .*combined \(MOVER\)$/);
    expect(combined?.median.ratio.interval?.method).toBe('order statistics, interpolated, combined (MOVER)');
    expect(Number(combined?.median.ratio.interval?.low)).toBeCloseTo(Number(resampled?.median.ratio.interval?.low), 1);
    expect(Number(combined?.median.ratio.interval?.high)).toBeCloseTo(
      Number(resampled?.median.ratio.interval?.high),
      1,
    );
  });

  test('is null for fewer than 10 values', () => {
    expect(compareSamples(base.slice(0, 9), target, false)).toBeNull();
    expect(compareSamples(base.slice(0, 10), target.slice(0, 10), true)).not.toBeNull();
  });

  test('gives the same result for the same values', () => {
    expect(compareSamples(base, target, false)).toEqual(compareSamples(base, target, false));
  });
});
