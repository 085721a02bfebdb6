import { describe, expect, test } from 'vitest';
import { measureCachedInputShare } from '../../../shared/metrics/measure-cached-shares.ts';
import { makeOk } from '../../support/sample-factory.ts';

/** Twenty requests of 500 input tokens, so many of which came from a cache whole. */
const withHits = (hits: number) =>
  Array.from({ length: 20 }, (_, k) => {
    const usage = { inputTokens: 500, outputTokens: 10, cachedTokens: k < hits ? 500 : 0, reasoningTokens: null };
    return makeOk({ startMs: 0, ttftMs: 100, e2eMs: 1_000 }, { usage });
  });

describe('cachedInputShare', () => {
  test('has an interval that stays within a share', () => {
    expect(measureCachedInputShare(withHits(19))).toMatchObject({ value: 0.95, interval: { high: 1 } });
    expect(measureCachedInputShare(withHits(1))).toMatchObject({ value: 0.05, interval: { low: 0 } });
  });

  test('claims no interval where all came from a cache, or nothing', () => {
    for (const hits of [0, 20]) {
      const share = measureCachedInputShare(withHits(hits));
      expect(share).toMatchObject({ value: hits / 20, interval: null });
      expect(share.intervalReason).toContain('same share');
    }
  });
});
