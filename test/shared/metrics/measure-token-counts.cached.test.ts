import { describe, expect, test } from 'vitest';
import { measureCachedInputShare } from '../../../shared/metrics/measure-token-counts.ts';
import { makeOk } from '../../support/factories/sample-factory.ts';

/** Builds 20 requests of 500 input tokens, `hits` of them completely from a cache. */
const withHits = (hits: number) =>
  Array.from({ length: 20 }, (_, k) => {
    const usage = { inputTokens: 500, outputTokens: 10, cachedTokens: k < hits ? 500 : 0, reasoningTokens: null };
    return makeOk({ startMs: 0, ttftMs: 100, e2eMs: 1_000 }, { usage });
  });

describe('measureCachedInputShare', () => {
  test('has an interval between 0 and 1', () => {
    expect(measureCachedInputShare(withHits(19))).toMatchObject({ value: 0.95, interval: { high: 1 } });
    expect(measureCachedInputShare(withHits(1))).toMatchObject({ value: 0.05, interval: { low: 0 } });
  });

  test('has no interval if all input or none came from a cache', () => {
    for (const hits of [0, 20]) {
      const share = measureCachedInputShare(withHits(hits));
      expect(share).toMatchObject({ value: hits / 20, interval: null });
      expect(share.intervalReason).toContain('same share');
    }
  });
});
