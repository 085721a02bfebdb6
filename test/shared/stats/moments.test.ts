import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mean } from '../../../shared/stats/mean.ts';
import { computeMoments, mergeMoments, noMoments } from '../../../shared/stats/moments.ts';
import { sampleStandardDeviation } from '../../../shared/stats/sample-standard-deviation.ts';

const series = fc.float64Array({ min: 0, max: 1e6, noNaN: true, minLength: 1, maxLength: 50 });

test('of parts, merged, are those of the whole: mean and standard deviation to 1e-12', () => {
  fc.assert(
    fc.property(fc.array(series, { minLength: 1, maxLength: 6 }), (parts) => {
      const whole = Float64Array.from(parts.flatMap((part) => [...part]));
      const { n, mean: found, squares } = parts.map(computeMoments).reduce(mergeMoments, noMoments);
      expect(n).toBe(whole.length);
      expect(Math.abs(found - Number(mean(whole)))).toBeLessThanOrEqual(1e-12 * 1e6);
      if (n < 2) return;
      expect(Math.abs(Math.sqrt(squares / (n - 1)) - Number(sampleStandardDeviation(whole)))).toBeLessThan(1e-8 * 1e6);
    }),
  );
});

test('of nothing are none', () => {
  expect(computeMoments(new Float64Array())).toEqual(noMoments);
  expect(mergeMoments(noMoments, noMoments)).toEqual(noMoments);
});
