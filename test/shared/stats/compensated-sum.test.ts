import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compensatedSum } from '../../../shared/stats/mean.ts';

describe('compensatedSum', () => {
  test('keeps the digits that plain addition loses', () => {
    expect(compensatedSum([1, 1e100, 1, -1e100])).toBe(2);
    expect(compensatedSum(new Array(1_000_000).fill(0.1))).toBe(100_000);
  });

  test('is exact for integers in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), (values) => {
        const exact = Number(values.reduce((sum, value) => sum + BigInt(value), 0n));
        // `+ 0` because the sum of [-0] is -0, and the sum of the integers is 0.
        expect(compensatedSum(values) + 0).toBe(exact);
      }),
    );
  });
});
