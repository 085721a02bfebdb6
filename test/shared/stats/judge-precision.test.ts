import { describe, expect, test } from 'vitest';
import { judgePrecision } from '../../../shared/stats/judge-precision.ts';
import { minimumNForPrecision, relativePrecision } from '../../../shared/stats/relative-precision.ts';

const rule = { relativePrecision: 0.05, minimumN: 30, maximumN: 1000 };
const around = (center: number, half: number) => ({
  level: 0.95,
  low: center - half,
  high: center + half,
  method: 't',
});

describe('relativePrecision', () => {
  test('is half the width against the size of the estimate', () => {
    expect(relativePrecision(200, around(200, 10))).toBe(0.05);
    expect(relativePrecision(-200, around(-200, 10))).toBe(0.05);
  });

  test('is null without an interval, an estimate, or a size', () => {
    expect(relativePrecision(200, null)).toBeNull();
    expect(relativePrecision(null, around(0, 1))).toBeNull();
    expect(relativePrecision(0, around(0, 1))).toBeNull();
  });

  test('grows fourfold in n for half the width', () => {
    expect(minimumNForPrecision(100, 0.1, 0.05)).toBe(400);
    expect(minimumNForPrecision(100, null, 0.05)).toBeNull();
  });
});

describe('judgePrecision', () => {
  test('stops where the interval is narrow enough', () => {
    expect(judgePrecision(100, 200, around(200, 10), rule)).toEqual({
      stop: true,
      reason: 'precise',
      precision: 0.05,
      nextN: null,
    });
  });

  test('does not trust a narrow interval of few values', () => {
    expect(judgePrecision(29, 200, around(200, 1), rule)).toMatchObject({ stop: false, nextN: 32 });
  });

  test('looks again where the width should do, in steps of 10 % at least and double at most', () => {
    expect(judgePrecision(100, 200, around(200, 12), rule).nextN).toBe(144);
    expect(judgePrecision(100, 200, around(200, 10.1), rule).nextN).toBe(111);
    expect(judgePrecision(100, 200, around(200, 100), rule).nextN).toBe(200);
    expect(judgePrecision(10, 200, null, rule).nextN).toBe(30);
    expect(judgePrecision(0, null, null, rule).nextN).toBe(30);
  });

  test('stops at the limit, and says that it was the limit', () => {
    expect(judgePrecision(900, 200, around(200, 100), rule).nextN).toBe(1000);
    expect(judgePrecision(1000, 200, around(200, 100), rule)).toMatchObject({ stop: true, reason: 'limit' });
    expect(judgePrecision(1000, 0, around(0, 1), rule)).toMatchObject({ stop: true, reason: 'limit', precision: null });
  });
});
