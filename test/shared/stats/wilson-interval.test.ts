import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wilsonInterval } from '../../../shared/stats/quantile-interval.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };

describe('wilsonInterval', () => {
  test('equals statsmodels to 1e-9', () => {
    for (const { successes, n, level, interval } of reference.wilson) {
      const actual = wilsonInterval(successes, n, level);
      expect(Math.abs(Number(actual?.low) - Number(interval[0])), `${successes} of ${n}`).toBeLessThan(1e-9);
      expect(Math.abs(Number(actual?.high) - Number(interval[1])), `${successes} of ${n}`).toBeLessThan(1e-9);
    }
  });

  test('stays between 0 and 1, encloses the share, and mirrors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(), (n, draw) => {
        const successes = draw % (n + 1);
        const interval = wilsonInterval(successes, n);
        const mirrored = wilsonInterval(n - successes, n);
        const [low, high] = [Number(interval?.low), Number(interval?.high)];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(successes / n);
        expect(high).toBeGreaterThanOrEqual(successes / n);
        expect(high).toBeCloseTo(1 - Number(mirrored?.low), 12);
      }),
    );
  });

  test('is null for no trials', () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});
