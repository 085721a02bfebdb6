import { describe, expect, test } from 'vitest';
import { judgePrecision } from '../../../functions/worker/judge-certainty.ts';

const rule = { relativePrecision: 0.05, minimumN: 30, maximumN: 1000 };
const around = (center: number, half: number) => ({
  level: 0.95,
  low: center - half,
  high: center + half,
  method: 't',
});

describe('the precision of an estimate', () => {
  test('is half the width divided by the absolute estimate', () => {
    expect(judgePrecision(100, 200, around(200, 10), rule).precision).toBe(0.05);
    expect(judgePrecision(100, -200, around(-200, 10), rule).precision).toBe(0.05);
  });

  test('is null without an interval or an estimate, and for an estimate of 0', () => {
    expect(judgePrecision(100, 200, null, rule).precision).toBeNull();
    expect(judgePrecision(100, null, around(0, 1), rule).precision).toBeNull();
    expect(judgePrecision(100, 0, around(0, 1), rule).precision).toBeNull();
  });
});

describe('judgePrecision', () => {
  test('stops if the interval is narrow enough', () => {
    expect(judgePrecision(100, 200, around(200, 10), rule)).toEqual({
      reason: 'precise',
      precision: 0.05,
      nextN: null,
    });
  });

  test('does not stop below the minimum n', () => {
    expect(judgePrecision(29, 200, around(200, 1), rule)).toMatchObject({ reason: null, nextN: 32 });
  });

  test('checks again at the expected n, at least 10 % and at most 100 % later', () => {
    expect(judgePrecision(100, 200, around(200, 12), rule).nextN).toBe(144);
    expect(judgePrecision(100, 200, around(200, 10.1), rule).nextN).toBe(111);
    expect(judgePrecision(100, 200, around(200, 100), rule).nextN).toBe(200);
    expect(judgePrecision(10, 200, null, rule).nextN).toBe(30);
    expect(judgePrecision(0, null, null, rule).nextN).toBe(30);
  });

  test('stops at the maximum n with the reason `limit`', () => {
    expect(judgePrecision(900, 200, around(200, 100), rule).nextN).toBe(1000);
    expect(judgePrecision(1000, 200, around(200, 100), rule)).toMatchObject({ reason: 'limit' });
    expect(judgePrecision(1000, 0, around(0, 1), rule)).toMatchObject({ reason: 'limit', precision: null });
  });
});
