import { describe, expect, test } from 'vitest';
import { bcaInterval } from '../../../shared/stats/bca-interval.ts';
import { percentileInterval } from '../../../shared/stats/percentile-interval.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

describe('bcaInterval', () => {
  test.each(reference.bca)('has the ends of scipy, of the same replicates, to 1e-9: $name', (expected) => {
    const replicates = Float64Array.from(expected.replicates);
    const jackknives = expected.jackknives.map((values) => Float64Array.from(values));
    const interval = bcaInterval(expected.estimate, replicates, jackknives);
    expectRelative(interval?.low, expected.bca[0], 1e-9, 'low end');
    expectRelative(interval?.high, expected.bca[1], 1e-9, 'high end');
  });

  test('is null where the replicates do not enclose the estimate, or are not numbers', () => {
    const replicates = Float64Array.of(1, 2, 3);
    expect(bcaInterval(4, replicates, [])).toBeNull();
    expect(bcaInterval(2, Float64Array.of(1, 2, Number.NaN), [])).toBeNull();
    expect(bcaInterval(2, new Float64Array(), [])).toBeNull();
  });

  test('is the percentile interval where there is neither bias nor acceleration', () => {
    const replicates = Float64Array.from({ length: 201 }, (_, i) => i);
    const bca = bcaInterval(100, replicates, [Float64Array.of(1, 2, 3)]);
    const percentile = percentileInterval(replicates);
    expectRelative(bca?.low, percentile?.low, 1e-12, 'low end');
    expectRelative(bca?.high, percentile?.high, 1e-12, 'high end');
  });
});

describe('percentileInterval', () => {
  test.each(reference.bca)('has the quantiles of numpy to 1e-12: $name', (expected) => {
    const interval = percentileInterval(Float64Array.from(expected.replicates));
    expectRelative(interval?.low, expected.percentile[0], 1e-12, 'low end');
    expectRelative(interval?.high, expected.percentile[1], 1e-12, 'high end');
  });

  test('is null for no replicates and for any that is not a finite number', () => {
    expect(percentileInterval(new Float64Array())).toBeNull();
    expect(percentileInterval(Float64Array.of(1, Number.NaN))).toBeNull();
    expect(percentileInterval(Float64Array.of(1, Number.NEGATIVE_INFINITY))).toBeNull();
  });
});
