import { describe, expect, test } from 'vitest';
import { shareMeetingAll } from '../../../shared/stats/share-meeting-all.ts';
import { wilsonInterval } from '../../../shared/stats/wilson-interval.ts';

describe('shareMeetingAll', () => {
  test('counts requests that meet every limit, the limits themselves included; failures stay in the denominator', () => {
    const limits = [
      { values: [300, 301, 200, 100, null], limit: 300, is: 'at_most' as const },
      { values: [20, 50, 19.9, 40, null], limit: 20, is: 'at_least' as const },
    ];
    expect(shareMeetingAll(limits, 5)).toEqual({ met: 2, n: 5, share: 0.4, interval: wilsonInterval(2, 5) });
  });

  test('counts a request without a value as not meeting', () => {
    expect(shareMeetingAll([{ values: [1], limit: 2, is: 'at_most' }], 2).met).toBe(1);
  });

  test('has no share of no requests, and all of them where nothing is asked', () => {
    expect(shareMeetingAll([], 0)).toEqual({ met: 0, n: 0, share: null, interval: null });
    expect(shareMeetingAll([], 3).share).toBe(1);
  });
});
