import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decidingN } from '../../../shared/stats/deciding-n.ts';
import { wilsonInterval } from '../../../shared/stats/wilson-interval.ts';

const interval = { level: 0.95, low: 440, high: 560, method: 't' };

describe('decidingN', () => {
  test('is the n at which the interval would just reach the limit, widths shrinking with the root of n', () => {
    expect(decidingN(100, 500, interval, 540)).toBe(225);
    expect(decidingN(100, 500, interval, 470)).toBe(400);
  });

  test('takes the end on the side of the limit', () => {
    expect(decidingN(100, 500, { ...interval, low: 0 }, 540)).toBe(225);
  });

  test('is null at the limit itself: no n decides there', () => {
    expect(decidingN(100, 500, interval, 500)).toBeNull();
    expect(decidingN(100, 500, interval, 500 + 1e-13)).toBeNull();
  });

  test('decides: a share that stays where it is lies on one side of the limit at about that n', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 400 }),
        fc.integer({ min: 20, max: 80 }),
        fc.double({ min: 0.1, max: 0.9 }),
        (n, percent, limit) => {
          const share = Math.round((percent * n) / 100) / n;
          const now = wilsonInterval(Math.round(share * n), n);
          fc.pre(now !== null && now.low < limit && now.high > limit && Math.abs(share - limit) > 0.02);
          const needed = decidingN(n, share, now ?? interval, limit) ?? 0;
          const at = 1.5 * needed;
          const then = wilsonInterval(share * at, at);
          expect(Number(then?.low) > limit || Number(then?.high) < limit).toBe(true);
        },
      ),
    );
  });
});
