import { expect, test } from 'vitest';
import { watchCollector } from '../../../../shared/measure/thread/watch-health.ts';

test('returns the longest garbage-collection pause, and 0 if there was none', () => {
  expect(watchCollector()()).toBe(0);
  const end = watchCollector();
  // Each round outlives the young generation's size several times over.
  let kept: object[] = [];
  for (let round = 0; round < 40; round++) kept = Array.from({ length: 50_000 }, (_, k) => ({ round, k }));
  const longestMs = end();
  expect(kept).toHaveLength(50_000);
  expect(longestMs).toBeGreaterThan(0);
  expect(longestMs).toBeLessThan(5_000);
});
