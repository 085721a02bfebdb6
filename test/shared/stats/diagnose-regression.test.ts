import { describe, expect, test } from 'vitest';
import { diagnoseRegression } from '../../../shared/stats/diagnose-regression.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

describe('diagnoseRegression', () => {
  test.each(reference.robust)('equals statsmodels to 1e-9: $name', (expected) => {
    const predictors = expected.predictors.map((column) => Float64Array.from(column));
    const result = diagnoseRegression(Float64Array.from(expected.response), predictors);
    if (!result.ok) throw new Error(result.fault.kind);
    const { leverages, cooksDistances, varianceInflation, residualQuantiles } = result.diagnostics;
    expected.leverages.forEach((leverage, i) => {
      expectRelative(leverages[i], leverage, 1e-9, `leverage ${i}`);
      expect(Math.abs(Number(cooksDistances[i]) - Number(expected.cooksDistances[i])), `Cook ${i}`).toBeLessThan(1e-9);
    });
    expected.varianceInflation.forEach((inflation, j) => {
      expectRelative(varianceInflation[j], inflation, 1e-9, `inflation ${j}`);
    });
    const { min, p25, p50, p75, max } = residualQuantiles;
    [min, p25, p50, p75, max].forEach((value, i) => {
      expectRelative(value, expected.residualQuantiles[i], 1e-8, `residual quantile ${i}`);
    });
  });

  test('shows the request that a fit hangs on', () => {
    const x = Float64Array.from({ length: 20 }, (_, i) => (i === 4 ? 3500 : 500 + i));
    const y = x.map((value, i) => 0.3 * value + (i % 3) + (i === 4 ? 900 : 0));
    const result = diagnoseRegression(y, [x]);
    if (!result.ok) throw new Error(result.fault.kind);
    const { cooksDistances, leverages } = result.diagnostics;
    expect(cooksDistances.indexOf(Math.max(...cooksDistances))).toBe(4);
    expect(Number(cooksDistances[4])).toBeGreaterThan(1);
    expect(leverages.reduce((sum, leverage) => sum + leverage, 0)).toBeCloseTo(2, 9);
  });

  test('says why there is nothing to diagnose', () => {
    const x = Float64Array.of(1, 2);
    expect(diagnoseRegression(x, [x])).toEqual({ ok: false, fault: { kind: 'too_few', needed: 3 } });
  });
});
