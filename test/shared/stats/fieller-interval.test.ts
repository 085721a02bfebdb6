import { describe, expect, test } from 'vitest';
import { tQuantile } from '../../../shared/stats/distributions.ts';
import { coefficientRatio, fiellerInterval } from '../../../shared/stats/fieller-interval.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

const fitOf = (a: number, b: number, va: number, vab: number, vb: number, degreesOfFreedom: number) => ({
  coefficients: [a, b],
  covariance: [
    [va, vab],
    [vab, vb],
  ],
  degreesOfFreedom,
});

describe('fiellerInterval', () => {
  test.each(reference.fieller)('agrees with a bisection search to 1e-9: $kind, $a / $b', (expected) => {
    const { a, b, varianceOfA, covariance, varianceOfB, degreesOfFreedom, level, kind } = expected;
    const actual = fiellerInterval(fitOf(a, b, varianceOfA, covariance, varianceOfB, degreesOfFreedom), 0, 1, level);
    expect(actual).toMatchObject({ kind, level });
    if (actual?.kind === 'bounded') {
      expectRelative(actual.low, expected.low, 1e-9, 'low end');
      expectRelative(actual.high, expected.high, 1e-9, 'high end');
    }
    if (actual?.kind === 'unbounded') {
      expectRelative(actual.atMost, expected.atMost, 1e-9, 'upper end of the lower ray');
      expectRelative(actual.atLeast, expected.atLeast, 1e-9, 'lower end of the upper ray');
    }
  });

  test('is compared with references of all three kinds', () => {
    expect(new Set(reference.fieller.map(({ kind }) => kind))).toEqual(new Set(['bounded', 'unbounded', 'everything']));
  });

  test('equals the delta method if the denominator is far from 0', () => {
    const fit = fitOf(90, 1, 1e-4, 1e-7, 1e-10, 100);
    const set = fiellerInterval(fit, 0, 1);
    const ratio = coefficientRatio(fit, 0, 1);
    const half = tQuantile(0.975, 100) * Number(ratio?.standardError);
    if (set?.kind !== 'bounded') throw new Error('not bounded');
    expectRelative(set.low, 90 - half, 1e-6, 'low end');
    expectRelative(set.high, 90 + half, 1e-6, 'high end');
  });

  test('is null for a missing coefficient', () => {
    expect(fiellerInterval(fitOf(1, 1, 1, 0, 1, 10), 0, 2)).toBeNull();
  });
});
