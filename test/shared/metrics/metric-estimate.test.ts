import { describe, expect, test } from 'vitest';
import { estimateMean, estimateRatio, estimateRatioOfSums } from '../../../shared/metrics/metric-estimate.ts';
import { createMetricValue } from '../../../shared/metrics/metric-value.ts';
import { meanInterval } from '../../../shared/stats/mean-interval.ts';
import { ratioInterval } from '../../../shared/stats/ratio-interval.ts';

const costs = Float64Array.from({ length: 40 }, (_, i) => 1 + ((i * 7) % 11));
const counts = Float64Array.from({ length: 40 }, (_, i) => 10 + ((i * 5) % 17));

describe('an estimate over requests', () => {
  test('has the interval of its mean or ratio, in its unit', () => {
    const mean = meanInterval(costs);
    expect(estimateMean(createMetricValue(5_000, 40, ''), costs, 1_000)).toMatchObject({
      value: 5_000,
      interval: { low: Number(mean?.low) * 1_000, high: Number(mean?.high) * 1_000 },
      intervalReason: null,
    });
    const { value, interval } = ratioInterval(costs, counts);
    const estimate = estimateRatio(createMetricValue(Number(value) * 1e6, 40, ''), costs, counts, 1e6);
    expect(estimate.interval).toMatchObject({ low: Number(interval?.low) * 1e6, high: Number(interval?.high) * 1e6 });
    expect(estimateRatioOfSums(costs, counts, '')).toMatchObject({
      value: expect.closeTo(Number(value), 12),
      interval,
      n: 40,
    });
  });

  test('gives the reason for a missing interval: too few requests, or a sum that may be 0', () => {
    const few = estimateRatioOfSums(costs.slice(0, 19), counts.slice(0, 19), '');
    expect(few).toMatchObject({ n: 19, interval: null, intervalReason: 'an interval needs 20 requests' });
    const one = counts.map((_, i) => (i === 0 ? 1_000 : 0));
    expect(estimateRatioOfSums(costs, one, '')).toMatchObject({
      value: expect.any(Number),
      interval: null,
      intervalReason: 'the interval of the mean denominator includes 0',
    });
  });

  test('of no requests is null with its reason, and has no reason for a missing interval', () => {
    const nothing = { value: null, n: 0, reason: 'no usage', interval: null, intervalReason: null };
    expect(estimateRatioOfSums([], [], 'no usage')).toEqual(nothing);
    expect(estimateMean(createMetricValue(null, 0, 'no usage'), [])).toEqual(nothing);
  });
});
