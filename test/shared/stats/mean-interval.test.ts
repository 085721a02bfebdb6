import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mean } from '../../../shared/stats/mean.ts';
import { meanInterval } from '../../../shared/stats/mean-interval.ts';
import { skewnessCorrectedInterval } from '../../../shared/stats/skewness-corrected-interval.ts';
import { tInterval } from '../../../shared/stats/t-interval.ts';

test('holds the mean, the t interval and the corrected one, and reaches no farther than they do', () => {
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

test('is there from three values on, within the range of doubles', () => {
  expect(meanInterval(Float64Array.of(1, 2))).toBeNull();
  expect(meanInterval(Float64Array.of(1.7e308, -1.7e308, 1.7e308))).toBeNull();
  // Their squares are 0, and the values are not one.
  expect(meanInterval(Float64Array.of(1e-200, 2e-200, 4e-200))).toBeNull();
  expect(meanInterval(Float64Array.of(7, 7, 7))).toMatchObject({ level: 0.95, low: 7, high: 7 });
});
