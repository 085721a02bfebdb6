import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantile } from '../../../shared/stats/quantile.ts';

describe('quantile', () => {
  test('interpolates as type 7 does: the p99 of 1, 2, 3, 4, 10 is 9.76, below the maximum', () => {
    expect(quantile([1, 2, 3, 4, 10], 0.99)).toBeCloseTo(9.76, 12);
    expect(quantile([1, 2, 3, 4, 10], 0.9)).toBeCloseTo(7.6, 12);
  });

  test('is null for no values', () => {
    expect(quantile([], 0.5)).toBeNull();
  });

  test('reaches exactly the smallest and the largest value, and grows with p', () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (unsorted, p, q) => {
        const sorted = Float64Array.from(unsorted).sort();
        expect(quantile(unsorted, 0)).toBe(sorted[0]);
        expect(quantile(unsorted, 1)).toBe(sorted.at(-1));
        expect(quantile(unsorted, Math.min(p, q))).toBeLessThanOrEqual(Number(quantile(unsorted, Math.max(p, q))));
      }),
    );
  });
});
