import { describe, expect, test } from 'vitest';
import { compareSamples } from '../../../shared/stats/compare-samples.ts';
import { huberRegression } from '../../../shared/stats/huber-regression.ts';
import { ordinaryLeastSquares } from '../../../shared/stats/ordinary-least-squares.ts';
import { ratioInterval } from '../../../shared/stats/ratio-interval.ts';
import { summarize } from '../../../shared/stats/summarize.ts';
import { mannWhitney, wilcoxonSignedRank } from '../../../shared/stats/test-ranks.ts';

const good = Float64Array.from({ length: 25 }, (_, i) => 1 + ((i * 7) % 11));

describe.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
  'a sample that contains %d',
  (value) => {
    const bad = good.with(6, value);
    test.each([
      ['summarize', () => summarize(bad)],
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
