import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mannWhitney, midranks, rankSum, wilcoxonSignedRank } from '../../../shared/stats/test-ranks.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

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

describe('mannWhitney', () => {
  test.each(reference.mannWhitney)('equals scipy to 1e-9: $name', ({ base, target, method, statistic, pValue }) => {
    const actual = mannWhitney(Float64Array.from(base), Float64Array.from(target));
    expect(actual).toMatchObject({ method, statistic });
    expectRelative(actual?.pValue, pValue, 1e-9, 'p');
  });

  test('does not depend on which sample is the base, or on the scale of the values', () => {
    const sample = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sample, sample, (a, b) => {
        const forward = mannWhitney(Float64Array.from(a), Float64Array.from(b));
        const backward = mannWhitney(Float64Array.from(b), Float64Array.from(a));
        const squared = mannWhitney(
          Float64Array.from(a, (value) => value * value),
          Float64Array.from(b, (value) => value * value),
        );
        expectRelative(backward?.pValue, forward?.pValue, 1e-12, 'p');
        expect(Number(forward?.statistic) + Number(backward?.statistic)).toBeCloseTo(a.length * b.length, 9);
        expect(squared).toEqual(forward);
      }),
    );
  });

  test('approximates the exact distribution closely at the switch-over size', () => {
    const base = Float64Array.from({ length: 50 }, (_, i) => i * 2);
    const target = Float64Array.from({ length: 50 }, (_, i) => i * 2 + 13);
    const exact = mannWhitney(base, target);
    const normal = mannWhitney(Float64Array.of(...base, -1), target);
    expect([exact?.method, normal?.method]).toEqual(['exact', 'normal']);
    expect(Number(normal?.pValue) / Number(exact?.pValue)).toBeGreaterThan(0.6);
    expect(Number(normal?.pValue) / Number(exact?.pValue)).toBeLessThan(1.1);
  });

  test('gives p = 1 for equal values, and null for an empty sample', () => {
    expect(mannWhitney(new Float64Array(5).fill(3), new Float64Array(4).fill(3))?.pValue).toBe(1);
    expect(mannWhitney(new Float64Array(), Float64Array.of(1))).toBeNull();
  });
});

describe('wilcoxonSignedRank', () => {
  test.each(reference.wilcoxon)('equals scipy to 1e-9: $name', ({ differences, method, statistic, pValue }) => {
    const actual = wilcoxonSignedRank(Float64Array.from(differences));
    expect(actual).toMatchObject({ method, statistic });
    expectRelative(actual?.pValue, pValue, 1e-9, 'p');
  });

  test('gives p = 1 if no pair differs, and null without pairs', () => {
    expect(wilcoxonSignedRank(new Float64Array(70))).toMatchObject({ statistic: 0, pValue: 1 });
    expect(wilcoxonSignedRank(new Float64Array())).toBeNull();
  });
});
