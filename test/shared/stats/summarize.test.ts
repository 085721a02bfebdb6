import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { summarize } from '../../../shared/stats/summarize.ts';
import reference from '../../fixtures/stats/reference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

const statistics = ['mean', 'stddev', 'min', 'max', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99'] as const;
const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });

describe('summarize', () => {
  test.each(reference.summaries)('equals numpy and exact arithmetic to 1e-12: $name', (expected) => {
    const actual = summarize(expected.values);
    expect(actual.n).toBe(expected.n);
    for (const name of statistics) expectRelative(actual[name], expected[name], 1e-12, name);
  });

  test('gives null, not NaN or 0, for no values', () => {
    const actual = summarize([]);
    expect(actual.n).toBe(0);
    for (const name of statistics) expect(actual[name]).toBeNull();
  });

  test('leaves the standard deviation of one value null', () => {
    expect(summarize([7])).toMatchObject({ n: 1, mean: 7, stddev: null, min: 7, p50: 7, p99: 7, max: 7 });
  });

  test('gives null, not infinity, for a statistic beyond the range of doubles', () => {
    expect(summarize([1e300, 1e300, 3e300])).toMatchObject({ n: 3, stddev: null, p50: 1e300 });
    expect(summarize([-1.7e308, 1.7e308])).toMatchObject({ mean: 0, stddev: null, max: 1.7e308 });
  });

  test('orders its quantiles and keeps them, and the mean, within the range', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (values) => {
        const { min, p25, p50, p75, p90, p95, p99, max, mean } = summarize(values);
        const ascending = [min, p25, p50, p75, p90, p95, p99, max].map(Number);
        for (let i = 1; i < ascending.length; i++)
          expect(ascending[i]).toBeGreaterThanOrEqual(Number(ascending[i - 1]));
        const slack = 1e-12 * Math.max(...values.map(Math.abs));
        expect(Number(mean)).toBeGreaterThanOrEqual(Number(min) - slack);
        expect(Number(mean)).toBeLessThanOrEqual(Number(max) + slack);
      }),
    );
  });

  test('does not depend on the order of the values, and leaves them as they are', () => {
    fc.assert(
      fc.property(fc.array(finite), (values) => {
        const before = [...values];
        expect(summarize([...values].reverse())).toEqual(summarize(values));
        expect(values).toEqual(before);
      }),
    );
  });
});
