import { describe, expect, test } from 'vitest';
import { measureOverload } from '../../../../shared/metrics/judge/measure-overload.ts';

describe('measureOverload', () => {
  test('is true if more than 5 % of requests are over 3 s, not at 5 %', () => {
    const atRule = [...new Array<number>(95).fill(500), ...new Array<number>(5).fill(3_001)];
    expect(measureOverload(atRule)).toMatchObject({ slowFirstTokenShare: { value: 0.05, n: 100 }, overloaded: false });
    expect(measureOverload([...atRule, 3_001]).overloaded).toBe(true);
  });

  test('does not count a TTFT of exactly 3 s', () => {
    expect(measureOverload([3_000]).slowFirstTokenShare.value).toBe(0);
  });

  test('is null if no request has a TTFT', () => {
    expect(measureOverload([])).toMatchObject({ slowFirstTokenShare: { value: null, n: 0 }, overloaded: null });
  });
});
