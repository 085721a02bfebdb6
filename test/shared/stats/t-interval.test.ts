import { describe, expect, test } from 'vitest';
import { tInterval } from '../../../shared/stats/mean-interval.ts';
import reference from '../../fixtures/stats/inference-statistics.json' with { type: 'json' };
import { expectRelative } from '../../support/expect-relative.ts';

describe('tInterval', () => {
  test.each(reference.tIntervals)('equals scipy to 1e-9 (%#)', ({ values, intervals }) => {
    for (const { level, low, high } of intervals) {
      const interval = tInterval(values, level);
      expectRelative(interval?.low, low, 1e-9, `low end at ${level}`);
      expectRelative(interval?.high, high, 1e-9, `high end at ${level}`);
    }
  });

  test('is null below two values, and a point for equal values', () => {
    expect(tInterval([])).toBeNull();
    expect(tInterval([5])).toBeNull();
    expect(tInterval([5, 5])).toEqual({ level: 0.95, low: 5, high: 5, method: 't' });
  });
});
