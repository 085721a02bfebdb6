import { describe, expect, test } from 'vitest';
import { judgeAgainst } from '../../../shared/stats/judge-change.ts';
import { wilsonInterval } from '../../../shared/stats/quantile-interval.ts';

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
