import { describe, expect, test } from 'vitest';
import { meanInterval } from '../../../shared/stats/mean-interval.ts';
import { sortedQuantileInterval } from '../../../shared/stats/quantile-interval.ts';
import { computeSummaryIntervals, summaryIntervalsSchema } from '../../../shared/stats/summary-intervals.ts';

const values = (n: number) => Float64Array.from({ length: n }, (_, i) => 100 + i * i);

describe('summaryIntervals', () => {
  test('withholds each interval below the n that could carry it, and says that n', () => {
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

  test('names how each was made', () => {
    const { mean, p90 } = computeSummaryIntervals(values(50));
    expect(mean).toEqual({ interval: meanInterval(values(50)), minimumN: 20, reason: null });
    expect(p90).toEqual({ ...sortedQuantileInterval(values(50), 0.9), reason: null });
  });

  test('gives a point for values that are all the same', () => {
    const { mean, p50 } = computeSummaryIntervals(new Float64Array(50).fill(7));
    expect(mean.interval).toMatchObject({ low: 7, high: 7 });
    expect(p50.interval).toMatchObject({ low: 7, high: 7 });
  });

  test('is what its schema says', () => {
    for (const n of [0, 1, 12, 400])
      expect(summaryIntervalsSchema.parse(computeSummaryIntervals(values(n)))).toEqual(
        computeSummaryIntervals(values(n)),
      );
  });
});
