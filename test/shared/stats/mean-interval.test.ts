import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mean } from '../../../shared/stats/mean.ts';
import { meanInterval, skewnessCorrectedInterval, tInterval } from '../../../shared/stats/mean-interval.ts';

test('includes the mean, and has the outer ends of the t interval and the corrected interval', () => {
  fc.assert(
    fc.property(fc.float64Array({ min: -1e4, max: 1e4, noNaN: true, minLength: 3, maxLength: 60 }), (drawn) => {
      const values = drawn.map((value) => (Math.abs(value) < 1e-100 ? 0 : value));
      const ends = [tInterval(values), skewnessCorrectedInterval(values)];
      const { low, high } = meanInterval(values) ?? { low: Number.NaN, high: Number.NaN };
      expect(low).toBe(Math.min(...ends.map((each) => Number(each?.low))));
      expect(high).toBe(Math.max(...ends.map((each) => Number(each?.high))));
      expect(low).toBeLessThanOrEqual(Number(mean(values)));
      expect(high).toBeGreaterThanOrEqual(Number(mean(values)));
    }),
  );
});

test('needs three values, and ends within the range of doubles', () => {
  expect(meanInterval(Float64Array.of(1, 2))).toBeNull();
  expect(meanInterval(Float64Array.of(1.7e308, -1.7e308, 1.7e308))).toBeNull();
  // The squared deviations underflow to 0, although the values differ.
  expect(meanInterval(Float64Array.of(1e-200, 2e-200, 4e-200))).toBeNull();
  expect(meanInterval(Float64Array.of(7, 7, 7))).toMatchObject({ level: 0.95, low: 7, high: 7 });
});
