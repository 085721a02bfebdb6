import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tQuantile } from '../../../shared/stats/distributions.ts';
import {
  type LeastSquaresFit,
  type LeastSquaresResult,
  ordinaryLeastSquares,
} from '../../../shared/stats/ordinary-least-squares.ts';
import reference from '../../fixtures/stats/reference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

function requireFit(result: LeastSquaresResult): LeastSquaresFit {
  if (!result.ok) throw new Error(`no fit: ${JSON.stringify(result.fault)}`);
  return result.fit;
}
const columns = (values: number[][]) => values.map((column) => Float64Array.from(column));

describe('ordinaryLeastSquares', () => {
  test.each(reference.regressions)('equals statsmodels with HC3 errors to 1e-9: $name', (expected) => {
    const fit = requireFit(ordinaryLeastSquares(Float64Array.from(expected.response), columns(expected.predictors)));

    expect(fit.degreesOfFreedom).toBe(expected.degreesOfFreedom);
    expectRelative(fit.rSquared, expected.rSquared, 1e-9, 'rSquared');
    expectRelative(fit.residualStddev, expected.residualStddev, 1e-9, 'residualStddev');
    expectRelative(fit.conditionNumber, expected.conditionNumber, 1e-9, 'conditionNumber');
    const t = tQuantile(0.975, fit.degreesOfFreedom);
    expected.coefficients.forEach((coefficient, j) => {
      const standardError = Math.sqrt(Number(fit.covariance[j]?.[j]));
      expectRelative(fit.coefficients[j], coefficient, 1e-9, `coefficient ${j}`);
      expectRelative(standardError, expected.standardErrors[j], 1e-9, `standard error ${j}`);
      expectRelative(coefficient - t * standardError, expected.intervals[j]?.[0], 1e-9, `lower end ${j}`);
      expectRelative(coefficient + t * standardError, expected.intervals[j]?.[1], 1e-9, `upper end ${j}`);
      expected.covariance[j]?.forEach((covariance, k) => {
        expectRelative(fit.covariance[j]?.[k], covariance, 1e-9, `covariance ${j} ${k}`);
      });
    });
  });

  test("reaches the certified values of NIST's ill-conditioned Longley problem to 1e-9", () => {
    const { response, predictors } = reference.longley;
    const fit = requireFit(ordinaryLeastSquares(Float64Array.from(response), columns(predictors)));
    const certified = [
      -3482258.63459582, 15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359,
      -0.0511041056535807, 1829.15146461355,
    ];
    certified.forEach((coefficient, j) => {
      expectRelative(fit.coefficients[j], coefficient, 1e-9, `coefficient ${j}`);
    });
    expectRelative(fit.rSquared, 0.995479004577296, 1e-12, 'rSquared');
    expectRelative(fit.residualStddev, 304.854073561965, 1e-9, 'residualStddev');
  });

  test('recovers the coefficients of any noiseless plane', () => {
    const coefficient = fc.double({ min: -100, max: 100, noNaN: true });
    const row = fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1, max: 500 }));
    fc.assert(
      fc.property(fc.tuple(coefficient, coefficient, coefficient), fc.array(row, { minLength: 8 }), (b, rows) => {
        const y = Float64Array.from(rows, ([x1, x2]) => b[0] + b[1] * x1 + b[2] * x2);
        const result = ordinaryLeastSquares(y, columns([rows.map(([x]) => x), rows.map(([, x]) => x)]));
        fc.pre(result.ok && result.fit.conditionNumber < 100);
        const fit = requireFit(result);
        b.forEach((expected, j) => {
          expect(Math.abs(Number(fit.coefficients[j]) - expected)).toBeLessThan(1e-6);
        });
      }),
    );
  });

  test('names the predictor that does not vary', () => {
    const y = Float64Array.from({ length: 20 }, (_, i) => i * i);
    const x = Float64Array.from({ length: 20 }, (_, i) => i);
    const constant = new Float64Array(20).fill(0.1);
    expect(ordinaryLeastSquares(y, [x, constant])).toEqual({ ok: false, fault: { kind: 'constant', predictor: 1 } });
  });

  test('rejects predictors that vary together', () => {
    const x = Float64Array.from({ length: 20 }, (_, i) => 100 + i);
    const result = ordinaryLeastSquares(x, [x, x.map((value) => 3 * value + 7)]);
    expect(result).toMatchObject({ ok: false, fault: { kind: 'collinear' } });
  });

  test('rejects a slope that a single observation determines', () => {
    const x = new Float64Array(20).fill(550);
    x[3] = 3500;
    const y = Float64Array.from({ length: 20 }, (_, i) => i);
    expect(ordinaryLeastSquares(y, [x])).toEqual({ ok: false, fault: { kind: 'leverage', observation: 3 } });
  });

  test('names the minimum number of values', () => {
    const two = Float64Array.of(1, 2, 3);
    expect(ordinaryLeastSquares(two, [two, two])).toEqual({ ok: false, fault: { kind: 'too_few', needed: 4 } });
    expect(ordinaryLeastSquares(new Float64Array(0), [])).toMatchObject({ ok: false });
  });

  test('has a null R² if the response does not vary', () => {
    const x = Float64Array.from({ length: 20 }, (_, i) => i);
    const fit = requireFit(ordinaryLeastSquares(new Float64Array(20).fill(5), [x]));
    expect(fit.rSquared).toBeNull();
    expect(fit.coefficients).toEqual([5, 0]);
  });
});
