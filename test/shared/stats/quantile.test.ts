import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantile } from '../../../shared/stats/quantile.ts';

describe('quantile', () => {
  test('interpolates by type 7: the p99 of 1, 2, 3, 4, 10 is 9.76', () => {
    expect(quantile([1, 2, 3, 4, 10], 0.99)).toBeCloseTo(9.76, 12);
    expect(quantile([1, 2, 3, 4, 10], 0.9)).toBeCloseTo(7.6, 12);
  });

  test('is null for no values', () => {
    expect(quantile([], 0.5)).toBeNull();
  });

  test('has the smallest and the largest value at its ends, and grows with p', () => {
    const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(values, share, share, (unsorted, p, q) => {
        const [low, high] = [Math.min(...unsorted), Math.max(...unsorted)];
        // `===` treats -0 and 0 as equal.
        expect(quantile(unsorted, 0) === low && quantile(unsorted, 1) === high).toBe(true);
        const [atP, atQ] = [Math.min(p, q), Math.max(p, q)].map((each) => Number(quantile(unsorted, each)));
        const rounding = 1e-15 * Math.max(Math.abs(low), Math.abs(high));
        expect(Number(atP) - Number(atQ)).toBeLessThanOrEqual(rounding);
      }),
    );
  });
});
