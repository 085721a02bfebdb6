import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { quantile, sortAscending, thinEvenly } from '../../../shared/stats/quantile.ts';

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

const enough = 5_000;
const double = fc.double({ noNaN: true });

test('sortAscending sorts many numbers of any size and sign like `sort`', () => {
  fc.assert(
    fc.property(fc.array(double, { minLength: 1, maxLength: 400 }), fc.nat(), (some, turn) => {
      const values = new Float64Array(enough).map((_, i) => some[(i * 7 + turn) % some.length] ?? 0);
      const expected = values.toSorted();
      const sorted = sortAscending(values);
      expect(sorted).toBe(values);
      expect(sorted.every((value, i) => Object.is(value, expected[i]))).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test('sortAscending sorts a few numbers, and part of a larger array without changing the rest', () => {
  expect([...sortAscending(Float64Array.of(3, -0, 0, -7.5, Number.NEGATIVE_INFINITY))]).toEqual([
    Number.NEGATIVE_INFINITY,
    -7.5,
    -0,
    0,
    3,
  ]);
  const all = new Float64Array(enough + 2).map((_, i) => enough - i);
  sortAscending(all.subarray(1, enough + 1));
  expect([all[0], all[1], all[enough], all[enough + 1]]).toEqual([enough, 0, enough - 1, -1]);
});

test('thinEvenly keeps all values up to the limit, and evenly spaced ones above it', () => {
  const values = Float64Array.from({ length: 10 }, (_, i) => i);
  expect(thinEvenly(values, 10)).toBe(values);
  expect([...thinEvenly(values, 4)]).toEqual([0, 2, 5, 7]);
});
