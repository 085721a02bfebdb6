import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decidingN } from '../../../shared/stats/judge-change.ts';

const interval = { level: 0.95, low: 440, high: 560, method: 't' };

describe('decidingN', () => {
  test('is the n at which the interval just reaches the limit, because widths shrink with the root of n', () => {
    expect(decidingN(100, 500, interval, 540)).toBe(225);
    expect(decidingN(100, 500, interval, 470)).toBe(400);
  });

  test('uses the end on the side of the limit', () => {
    expect(decidingN(100, 500, { ...interval, low: 0 }, 540)).toBe(225);
  });

  test('is null for an estimate at the limit, where no n decides', () => {
    expect(decidingN(100, 500, interval, 500)).toBeNull();
    expect(decidingN(100, 500, interval, 500 + 1e-13)).toBeNull();
  });

  test('gives the smallest n at which a shrinking interval excludes the limit', () => {
    const inputs = [
      fc.integer({ min: 5, max: 1_000 }),
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 95 }),
    ] as const;
    fc.assert(
      fc.property(...inputs, (n, reach, percent) => {
        const distance = (reach * percent) / 100;
        const needed = Number(decidingN(n, 500, { ...interval, high: 500 + reach }, 500 + distance));
        const halfWidth = (at: number) => reach * Math.sqrt(n / at);
        expect(halfWidth(needed)).toBeLessThanOrEqual(distance * (1 + 1e-9));
        expect(halfWidth(needed - 1)).toBeGreaterThan(distance * (1 - 1e-9) * (needed === n + 1 ? 0 : 1));
      }),
    );
  });
});
