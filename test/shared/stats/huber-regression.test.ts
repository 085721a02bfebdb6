import { describe, expect, test } from 'vitest';
import { huberRegression } from '../../../shared/stats/huber-regression.ts';
import { ordinaryLeastSquares } from '../../../shared/stats/ordinary-least-squares.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

const columns = (values: number[][]) => values.map((column) => Float64Array.from(column));

describe('huberRegression', () => {
  test.each(reference.robust)("equals statsmodels' RLM to 1e-9: $name", ({ response, predictors, huber }) => {
    const result = huberRegression(Float64Array.from(response), columns(predictors));
    if (!result.ok) throw new Error(result.fault.kind);
    huber.coefficients.forEach((coefficient, j) => {
      expectRelative(result.fit.coefficients[j], coefficient, 1e-9, `coefficient ${j}`);
      const standardError = Math.sqrt(Number(result.fit.covariance[j]?.[j]));
      expectRelative(standardError, huber.standardErrors[j], 1e-9, `standard error ${j}`);
    });
    expectRelative(result.fit.scale, huber.scale, 1e-9, 'scale');
    expect(result.fit.downweighted).toBe(huber.downweighted);
  });

  test('finds the slope in spite of stalls that distort ordinary least squares', () => {
    const stalled = reference.robust.find(({ name }) => name === 'four stalls');
    const response = Float64Array.from(stalled?.response ?? []);
    const predictors = columns(stalled?.predictors ?? []);
    const robust = huberRegression(response, predictors);
    const ordinary = ordinaryLeastSquares(response, predictors);
    if (!robust.ok || !ordinary.ok) throw new Error('no fit');
    // The fixture has 30 ms per output token.
    expect(Math.abs(Number(robust.fit.coefficients[2]) - 30)).toBeLessThan(1);
    expect(Math.abs(Number(ordinary.fit.coefficients[2]) - 30)).toBeGreaterThan(5);
  });

  test('is exact if most observations are on a plane', () => {
    const x = Float64Array.from({ length: 30 }, (_, i) => i);
    const y = x.map((value) => 5 + 2 * value);
    y[7] = 10_000;
    const result = huberRegression(y, [x]);
    if (!result.ok) throw new Error(result.fault.kind);
    expectRelative(result.fit.coefficients[0], 5, 1e-9, 'intercept');
    expectRelative(result.fit.coefficients[1], 2, 1e-9, 'slope');
  });

  test('explains why a fit is missing', () => {
    const x = Float64Array.from({ length: 20 }, (_, i) => i);
    expect(huberRegression(x, [new Float64Array(20)])).toEqual({
      ok: false,
      fault: { kind: 'constant', predictor: 0 },
    });
    expect(huberRegression(x, [x, x])).toMatchObject({ ok: false, fault: { kind: 'collinear' } });
  });
});
