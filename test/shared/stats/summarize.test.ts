import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { meanInterval } from '../../../shared/stats/mean-interval.ts';
import { sortedQuantileInterval } from '../../../shared/stats/quantile-interval.ts';
import { computeSummaryIntervals, summarizeValues, summaryIntervalsSchema } from '../../../shared/stats/summarize.ts';
import reference from '../../fixtures/stats/reference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

const statistics = ['mean', 'stddev', 'min', 'max', 'p25', 'p50', 'p75', 'p90', 'p95', 'p99'] as const;
const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });

describe('summarize', () => {
  test.each(reference.summaries)('equals numpy and exact arithmetic to 1e-12: $name', (expected) => {
    const actual = summarizeValues(expected.values);
    expect(actual.n).toBe(expected.n);
    for (const name of statistics) expectRelative(actual[name], expected[name], 1e-12, name);
  });

  test('gives null, not NaN or 0, for no values', () => {
    const actual = summarizeValues([]);
    expect(actual.n).toBe(0);
    for (const name of statistics) expect(actual[name]).toBeNull();
  });

  test('has a null standard deviation for one value', () => {
    expect(summarizeValues([7])).toMatchObject({ n: 1, mean: 7, stddev: null, min: 7, p50: 7, p99: 7, max: 7 });
  });

  test('gives null, not infinity, for a statistic beyond the range of doubles', () => {
    expect(summarizeValues([1e300, 1e300, 3e300])).toMatchObject({ n: 3, stddev: null, p50: 1e300 });
    expect(summarizeValues([-1.7e308, 1.7e308])).toMatchObject({ mean: 0, stddev: null, max: 1.7e308 });
  });

  test('has ascending quantiles, and keeps quantiles and mean within the range of the values', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), (values) => {
        const { min, p25, p50, p75, p90, p95, p99, max, mean } = summarizeValues(values);
        const ascending = [min, p25, p50, p75, p90, p95, p99, max].map(Number);
        for (let i = 1; i < ascending.length; i++)
          expect(ascending[i]).toBeGreaterThanOrEqual(Number(ascending[i - 1]));
        const slack = 1e-12 * Math.max(...values.map(Math.abs));
        expect(Number(mean)).toBeGreaterThanOrEqual(Number(min) - slack);
        expect(Number(mean)).toBeLessThanOrEqual(Number(max) + slack);
      }),
    );
  });

  test('does not depend on the order of the values, and does not change them', () => {
    fc.assert(
      fc.property(fc.array(finite), (values) => {
        const before = [...values];
        expect(summarizeValues([...values].reverse())).toEqual(summarizeValues(values));
        expect(values).toEqual(before);
      }),
    );
  });
});

const values = (n: number) => Float64Array.from({ length: n }, (_, i) => 100 + i * i);

describe('computeSummaryIntervals', () => {
  test('omits each interval below its minimum n, and returns that n', () => {
    const few = computeSummaryIntervals(values(40));
    const held = Object.entries(few).map(([name, { interval, minimumN }]) => [name, interval !== null, minimumN]);
    expect(held).toEqual([
      ['mean', true, 20],
      ['p25', true, 13],
      ['p50', true, 6],
      ['p75', true, 13],
      ['p90', true, 36],
      ['p95', false, 72],
      ['p99', false, 368],
    ]);
    expect(Object.values(computeSummaryIntervals(values(9))).map(({ interval }) => interval !== null)).toEqual([
      false,
      false,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(Object.values(computeSummaryIntervals(values(0))).every(({ interval }) => interval === null)).toBe(true);
  });

  test('uses the mean interval and the quantile interval', () => {
    const { mean, p90 } = computeSummaryIntervals(values(50));
    expect(mean).toEqual({ interval: meanInterval(values(50)), minimumN: 20, reason: null });
    expect(p90).toEqual({ ...sortedQuantileInterval(values(50), 0.9), reason: null });
  });

  test('gives a point for equal values', () => {
    const { mean, p50 } = computeSummaryIntervals(new Float64Array(50).fill(7));
    expect(mean.interval).toMatchObject({ low: 7, high: 7 });
    expect(p50.interval).toMatchObject({ low: 7, high: 7 });
  });

  test('matches its schema', () => {
    for (const n of [0, 1, 12, 400])
      expect(summaryIntervalsSchema.parse(computeSummaryIntervals(values(n)))).toEqual(
        computeSummaryIntervals(values(n)),
      );
  });
});
