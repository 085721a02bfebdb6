import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortAscending } from '../../../shared/stats/quantile.ts';

const enough = 5_000;
const double = fc.double({ noNaN: true });

it('sorts many numbers of any size and sign like `sort`', () => {
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

it('sorts a few numbers, and part of a larger array without changing the rest', () => {
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
