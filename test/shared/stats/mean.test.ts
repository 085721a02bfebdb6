import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareSamples } from '../../../shared/stats/compare-samples.ts';
import { huberRegression } from '../../../shared/stats/huber-regression.ts';
import { compensatedSum } from '../../../shared/stats/mean.ts';
import { ordinaryLeastSquares } from '../../../shared/stats/ordinary-least-squares.ts';
import { ratioInterval } from '../../../shared/stats/ratio-interval.ts';
import { summarizeValues } from '../../../shared/stats/summarize.ts';
import { mannWhitney, wilcoxonSignedRank } from '../../../shared/stats/test-ranks.ts';

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

const good = Float64Array.from({ length: 25 }, (_, i) => 1 + ((i * 7) % 11));

describe.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a sample that contains %d',
  (value) => {
    const bad = good.with(6, value);
    test.each([
      ['summarize', () => summarizeValues(bad)],
      ['compareSamples', () => compareSamples(good, bad, true)],
      ['mannWhitney', () => mannWhitney(good, bad)],
      ['wilcoxonSignedRank', () => wilcoxonSignedRank(bad)],
      ['ratioInterval', () => ratioInterval(bad, good)],
      ['ordinaryLeastSquares, response', () => ordinaryLeastSquares(bad, [good])],
      ['ordinaryLeastSquares, predictor', () => ordinaryLeastSquares(good, [bad])],
      ['huberRegression', () => huberRegression(bad, [good])],
    ])('is rejected by %s', (_, use) => {
      expect(use).toThrow('not a finite number');
    });
  },
);
