import { describe, expect, test } from 'vitest';
import { tQuantile } from '../../../shared/stats/distributions.ts';
import { estimateRatio } from '../../../shared/stats/fieller-interval.ts';
import { ordinaryLeastSquares } from '../../../shared/stats/ordinary-least-squares.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

const makeFit = (a: number, b: number, va: number, vab: number, vb: number, degreesOfFreedom: number) => ({
  coefficients: [a, b],
  covariance: [
    [va, vab],
    [vab, vb],
  ],
  degreesOfFreedom,
});

describe('the interval of estimateRatio', () => {
  test.each(reference.fieller)('agrees with a bisection search to 1e-9: $kind, $a / $b', (expected) => {
    const { a, b, varianceOfA, covariance, varianceOfB, degreesOfFreedom, level, kind } = expected;
    const fit = makeFit(a, b, varianceOfA, covariance, varianceOfB, degreesOfFreedom);
    const interval = estimateRatio(fit, 0, 1, level)?.interval ?? null;
    if (kind !== 'bounded') {
      expect(interval).toBeNull();
      return;
    }
    expect(interval).toMatchObject({ level });
    expectRelative(interval?.low, expected.low, 1e-9, 'low end');
    expectRelative(interval?.high, expected.high, 1e-9, 'high end');
  });

  test('is compared with references with and without a bound', () => {
    expect(new Set(reference.fieller.map(({ kind }) => kind))).toEqual(new Set(['bounded', 'unbounded', 'everything']));
  });

  test('equals the delta method if the denominator is far from 0', () => {
    const ratio = estimateRatio(makeFit(90, 1, 1e-4, 1e-7, 1e-10, 100), 0, 1);
    const half = tQuantile(0.975, 100) * Number(ratio?.standardError);
    expectRelative(ratio?.interval?.low, 90 - half, 1e-6, 'low end');
    expectRelative(ratio?.interval?.high, 90 + half, 1e-6, 'high end');
  });
});

describe('estimateRatio', () => {
  test('has the standard error of the delta method', () => {
    const fit = {
      coefficients: [0, 0.5, 30],
      covariance: [
        [0, 0, 0],
        [0, 0.0025, 0.001],
        [0, 0.001, 0.09],
      ],
      degreesOfFreedom: 100,
    };
    const ratio = estimateRatio(fit, 2, 1);
    expect(ratio?.value).toBe(60);
    expect(ratio?.standardError).toBeCloseTo(Math.sqrt((0.09 - 2 * 60 * 0.001 + 3600 * 0.0025) / 0.25), 12);
  });

  test('agrees with the spread of the ratio in repeated experiments', () => {
    // Approximately normal noise: sums of twelve terms of the golden ratio's additive recurrence.
    let step = 0;
    const next = () => {
      step += 1;
      return (step * 0.6180339887498949 * (1 + Math.sqrt(step))) % 1;
    };
    const noise = () => Array.from({ length: 12 }, next).reduce((sum, value) => sum + value, 0) - 6;
    const ratios: { value: number; standardError: number }[] = [];
    for (let repeat = 0; repeat < 400; repeat++) {
      const x1 = Float64Array.from({ length: 60 }, () => 2000 * next());
      const x2 = Float64Array.from({ length: 60 }, () => 300 * next());
      const y = x1.map((value, i) => 100 + 0.5 * value + 30 * Number(x2[i]) + 60 * noise());
      const result = ordinaryLeastSquares(y, [x1, x2]);
      const ratio = result.ok ? estimateRatio(result.fit, 2, 1) : null;
      if (ratio !== null) ratios.push(ratio);
    }
    const mean = ratios.reduce((sum, { value }) => sum + value, 0) / ratios.length;
    const spread = Math.sqrt(ratios.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / (ratios.length - 1));
    const stated = ratios.reduce((sum, { standardError }) => sum + standardError, 0) / ratios.length;
    expect(ratios).toHaveLength(400);
    expect(stated / spread).toBeGreaterThan(0.8);
    expect(stated / spread).toBeLessThan(1.25);
  });

  test('is null for a denominator of 0 or a missing coefficient', () => {
    const fit = makeFit(1, 0, 1, 0, 1, 10);
    expect(estimateRatio(fit, 0, 1)).toBeNull();
    expect(estimateRatio(fit, 0, 2)).toBeNull();
  });
});
