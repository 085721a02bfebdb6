import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { midranks, rankSum } from '../../../shared/stats/test-ranks.ts';

const values = fc.array(fc.integer({ min: -6, max: 6 }));

describe('midranks', () => {
  test('gives equal values the mean of their ranks', () => {
    expect(midranks(Float64Array.of(5, 3, 5))).toEqual(Float64Array.of(2.5, 1, 2.5));
    expect(midranks(Float64Array.of(-0, 0))).toEqual(Float64Array.of(1.5, 1.5));
  });

  test('counts the values below, half of the equal ones including itself, plus one half', () => {
    fc.assert(
      fc.property(values, (drawn) => {
        const ranks = midranks(Float64Array.from(drawn));
        drawn.forEach((value, i) => {
          const below = drawn.filter((other) => other < value).length;
          const equal = drawn.filter((other) => other === value).length;
          expect(ranks[i]).toBe(below + (equal + 1) / 2);
        });
      }),
    );
  });
});

describe('rankSum', () => {
  test('is the sum of the midranks of the chosen values', () => {
    fc.assert(
      fc.property(values, values, (chosen, others) => {
        const all = Float64Array.from([...chosen, ...others]);
        const expected = midranks(all)
          .subarray(0, chosen.length)
          .reduce((sum, rank) => sum + rank, 0);
        expect(rankSum(Float64Array.from(chosen), all).sum).toBe(expected);
      }),
    );
  });

  test('returns the tie term of the variance', () => {
    expect(rankSum(Float64Array.of(5), Float64Array.of(5, 3, 5, 3, 3)).tieTerm).toBe(6 + 24);
    expect(rankSum(Float64Array.of(5), Float64Array.of(5, 3)).tieTerm).toBe(0);
  });
});
