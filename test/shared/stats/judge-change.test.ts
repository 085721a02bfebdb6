import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeChange, minimumNForChange } from '../../../shared/stats/judge-change.ts';

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
