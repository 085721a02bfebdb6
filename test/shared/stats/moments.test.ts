import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mean, sampleStandardDeviation } from '../../../shared/stats/mean.ts';
import { computeMoments, mergeMoments, noMoments } from '../../../shared/stats/moments.ts';

const series = fc.float64Array({ min: 0, max: 1e6, noNaN: true, minLength: 1, maxLength: 50 });

test('merged moments of parts equal the moments of the whole: mean and standard deviation to 1e-12', () => {
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

test('the moments of an empty series are zero', () => {
  expect(computeMoments(new Float64Array())).toEqual(noMoments);
  expect(mergeMoments(noMoments, noMoments)).toEqual(noMoments);
});
