import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { medianRegression } from '../../../shared/stats/median-regression.ts';
import { quantile } from '../../../shared/stats/quantile.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

const columns = (values: number[][]) => values.map((column) => Float64Array.from(column));
const fitOf = (response: number[], predictors: number[][]) => {
  const result = medianRegression(Float64Array.from(response), columns(predictors));
  if (!result.ok) throw new Error(result.fault.kind);
  return result.fit;
};

describe('medianRegression', () => {
  test.each(reference.robust)('equals the optimum of the linear programme to 1e-9: $name', (expected) => {
    const fit = fitOf(expected.response, expected.predictors);
    expected.median.coefficients.forEach((coefficient, j) => {
      expectRelative(fit.coefficients[j], coefficient, 1e-9, `coefficient ${j}`);
    });
    expectRelative(fit.sumOfAbsoluteErrors, expected.median.sumOfAbsoluteErrors, 1e-9, 'sum');
  });

  // It iterates until its coefficients move by less than a tolerance; the exchange ends at the optimum itself.
  test.each(reference.robust.filter(({ quantReg }) => quantReg !== null))(
    "equals statsmodels' QuantReg(0.5) within its tolerance: $name",
    (expected) => {
      const fit = fitOf(expected.response, expected.predictors);
      expected.quantReg?.forEach((coefficient, j) => {
        expectRelative(fit.coefficients[j], coefficient, 1e-5, `coefficient ${j}`);
      });
    },
  );

  test('finds the best of all planes through three observations, ties and repeats included', () => {
    const row = fc.tuple(
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 6 }),
      fc.integer({ min: 0, max: 20 }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 5, maxLength: 9 }), (rows) => {
        const [x1, x2, y] = [0, 1, 2].map((j) => rows.map((values) => Number(values[j]))) as [
          number[],
          number[],
          number[],
        ];
        const result = medianRegression(Float64Array.from(y), columns([x1, x2]));
        fc.pre(result.ok || result.fault.kind === 'not_settled');
        if (!result.ok) throw new Error('not settled');
        const best = smallestSum(x1, x2, y);
        expect(result.fit.sumOfAbsoluteErrors).toBeLessThanOrEqual(best + 1e-6);
        expect(result.fit.sumOfAbsoluteErrors).toBeGreaterThanOrEqual(best - 1e-6);
      }),
      { numRuns: 300 },
    );
  });

  test('is the median where the predictor says nothing', () => {
    const y = [3, 9, 1, 5, 40, 3, 9, 1, 5, 40];
    const fit = fitOf(y, [y.map((_, i) => (i < 5 ? 0 : 1))]);
    expect(fit.coefficients[0]).toBeCloseTo(Number(quantile(y.slice(0, 5), 0.5)), 9);
    expect(fit.coefficients[1]).toBeCloseTo(0, 9);
  });

  test('recovers a plane from which almost half of the observations are far away', () => {
    const x = Array.from({ length: 41 }, (_, i) => i * 100);
    const y = x.map((value, i) => 80 + 0.25 * value + (i % 2 === 1 ? 5000 + i : 0));
    const fit = fitOf(y, [x]);
    expect(fit.coefficients[0]).toBeCloseTo(80, 6);
    expect(fit.coefficients[1]).toBeCloseTo(0.25, 9);
  });

  test('takes 20,000 requests in its stride', () => {
    const n = 20_000;
    const noise = (i: number) => Math.tan(Math.PI * (((i * 0.6180339887498949) % 1) - 0.5));
    const x1 = Array.from({ length: n }, (_, i) => 250 + ((i * 7919) % 3250));
    const x2 = Array.from({ length: n }, (_, i) => 20 + ((i * 104_729) % 280));
    const y = x1.map((value, i) => 100 + 0.5 * value + 45 * Number(x2[i]) + 20 * noise(i));
    const fit = fitOf(y, [x1, x2]);
    expect(Math.abs(Number(fit.coefficients[1]) - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(Number(fit.coefficients[2]) - 45)).toBeLessThan(0.1);
  });

  test('says why there is no fit', () => {
    const x = Float64Array.from({ length: 20 }, (_, i) => i);
    expect(medianRegression(x, [new Float64Array(20)])).toEqual({
      ok: false,
      fault: { kind: 'constant', predictor: 0 },
    });
    expect(medianRegression(x.slice(0, 2), [x.slice(0, 2)])).toEqual({
      ok: false,
      fault: { kind: 'too_few', needed: 3 },
    });
  });
});

/** The least sum over every plane through three observations, one of which is optimal (by Cramer's rule). */
function smallestSum(x1: number[], x2: number[], y: number[]): number {
  const at = (values: number[], i: number) => Number(values[i]);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < y.length; i++)
    for (let j = i + 1; j < y.length; j++)
      for (let k = j + 1; k < y.length; k++) {
        const [a, b] = [at(x1, j) - at(x1, i), at(x2, j) - at(x2, i)];
        const [c, d] = [at(x1, k) - at(x1, i), at(x2, k) - at(x2, i)];
        const [e, f] = [at(y, j) - at(y, i), at(y, k) - at(y, i)];
        const determinant = a * d - b * c;
        if (determinant === 0) continue;
        const slope1 = (e * d - b * f) / determinant;
        const slope2 = (a * f - e * c) / determinant;
        const intercept = at(y, i) - slope1 * at(x1, i) - slope2 * at(x2, i);
        const sum = y.reduce((s, v, r) => s + Math.abs(v - intercept - slope1 * at(x1, r) - slope2 * at(x2, r)), 0);
        best = Math.min(best, sum);
      }
  return best;
}
