import { describe, expect, test } from 'vitest';
import { percentileInterval } from '../../../shared/stats/compare-medians.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

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
