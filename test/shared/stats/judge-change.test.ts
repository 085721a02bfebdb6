import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decidingN, judgeAgainst, judgeChange, minimumNForChange } from '../../../shared/stats/judge-change.ts';
import { wilsonInterval } from '../../../shared/stats/quantile-interval.ts';

const tolerance = { low: 0.95, high: 1.05 };
const interval = (low: number, high: number) => ({ level: 0.95, low, high, method: 't' });

describe('judgeChange', () => {
  test.each([
    [0.96, 1.04, 'same'],
    [0.95, 1.05, 'same'],
    [1.001, 1.02, 'same'],
    [1.06, 1.2, 'worse'],
    [0.8, 0.94, 'better'],
    [1.02, 1.2, 'inconclusive'],
    [0.9, 1.1, 'inconclusive'],
  ])('judges a latency ratio of %d to %d as %s', (low, high, expected) => {
    expect(judgeChange(interval(low, high), tolerance, 'lower')).toBe(expected);
  });

  test('swaps better and worse if higher is better', () => {
    expect(judgeChange(interval(1.06, 1.2), tolerance, 'higher')).toBe('better');
    expect(judgeChange(interval(0.8, 0.9), tolerance, 'higher')).toBe('worse');
  });

  test('gives a narrower interval inside a conclusive one the same verdict', () => {
    const edge = fc.double({ min: 0.5, max: 2, noNaN: true });
    fc.assert(
      fc.property(fc.tuple(edge, edge, edge, edge), (ends) => {
        const [a = 0, b = 0, c = 0, d = 0] = ends.toSorted((x, y) => x - y);
        const wide = judgeChange(interval(a, d), tolerance, 'lower');
        fc.pre(wide !== 'inconclusive');
        expect(judgeChange(interval(b, c), tolerance, 'lower')).toBe(wide);
      }),
    );
  });
});

describe('minimumNForChange', () => {
  test('is the larger n of the edges that the interval reaches', () => {
    expect(minimumNForChange(100, 1, interval(0.9, 1.1), tolerance)).toBe(400);
    expect(minimumNForChange(100, 1.1, interval(1, 1.2), tolerance)).toBe(400);
    expect(minimumNForChange(100, 1.03, interval(0.93, 1.13), tolerance)).toBe(2_500);
  });

  test('is null for an estimate at an edge', () => {
    expect(minimumNForChange(100, 1.05, interval(1, 1.1), tolerance)).toBeNull();
  });
});

describe('judgeAgainst', () => {
  test.each([
    { right: 100, of: 100, side: 'inconclusive' },
    { right: 97, of: 100, side: 'inconclusive' },
    { right: 90, of: 100, side: 'below' },
    { right: 150, of: 150, side: 'above' },
    { right: 50, of: 100, side: 'below' },
    { right: 1480, of: 1500, side: 'above' },
  ] as const)('$right of $of compared with 97 % is $side', ({ right, of, side }) => {
    expect(judgeAgainst(wilsonInterval(right, of), 0.97)).toBe(side);
  });

  test('counts a low end at the limit as above, and a high end at the limit as not below', () => {
    const interval = { level: 0.95, low: 0.97, high: 0.99, method: 'Wilson' };
    expect(judgeAgainst(interval, 0.97)).toBe('above');
    expect(judgeAgainst(interval, 0.99)).toBe('inconclusive');
    expect(judgeAgainst(interval, 0.991)).toBe('below');
  });

  test('is inconclusive without an interval', () => {
    expect(judgeAgainst(null, 0.97)).toBe('inconclusive');
  });
});

const knownInterval = { level: 0.95, low: 440, high: 560, method: 't' };

describe('decidingN', () => {
  test('is the n at which the interval just reaches the limit, because widths shrink with the root of n', () => {
    expect(decidingN(100, 500, knownInterval, 540)).toBe(225);
    expect(decidingN(100, 500, knownInterval, 470)).toBe(400);
  });

  test('uses the end on the side of the limit', () => {
    expect(decidingN(100, 500, { ...knownInterval, low: 0 }, 540)).toBe(225);
  });

  test('is null for an estimate at the limit, where no n decides', () => {
    expect(decidingN(100, 500, knownInterval, 500)).toBeNull();
    expect(decidingN(100, 500, knownInterval, 500 + 1e-13)).toBeNull();
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
        const needed = Number(decidingN(n, 500, { ...knownInterval, high: 500 + reach }, 500 + distance));
        const halfWidth = (at: number) => reach * Math.sqrt(n / at);
        expect(halfWidth(needed)).toBeLessThanOrEqual(distance * (1 + 1e-9));
        expect(halfWidth(needed - 1)).toBeGreaterThan(distance * (1 - 1e-9) * (needed === n + 1 ? 0 : 1));
      }),
    );
  });
});
