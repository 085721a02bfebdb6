import { expect, test } from 'vitest';
import { sizeKneeLevel } from '../../../../shared/load/parts/size-level.ts';

test('a level has at least the requests of the spec, and enough for a steady window', () => {
  const sizes = [1, 8, 64, 256].map((value) => sizeKneeLevel('concurrency', value, 30));
  expect(sizes.map(({ requests, stopWhen }) => [requests, stopWhen?.minRequests])).toEqual([
    [1_000, 100],
    [1_000, 100],
    [1_280, 320],
    [5_120, 1_280],
  ]);
  expect(sizeKneeLevel('concurrency', 1, 500)).toMatchObject({ requests: 1_000, stopWhen: { minRequests: 500 } });
  expect(sizeKneeLevel('concurrency', 1, 2_000)).toEqual({ requests: 2_000, stopWhen: null });
});

test('a level of a rate lasts at least 20 s and has at least 100 requests', () => {
  const sizes = [1, 50].map((value) => sizeKneeLevel('rate', value, 30));
  expect(sizes).toEqual([
    { requests: 100, stopWhen: null },
    { requests: 1_000, stopWhen: null },
  ]);
});
