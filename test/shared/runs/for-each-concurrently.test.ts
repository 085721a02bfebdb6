import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { forEachConcurrently } from '../../../shared/runs/for-each-concurrently.ts';

it('starts items in order, up to the width at a time', async () => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  await forEachConcurrently([0, 1, 2, 3, 4, 5, 6], 3, async (item) => {
    begun.push(item);
    running += 1;
    most = Math.max(most, running);
    await setImmediate();
    running -= 1;
  });
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect([most, running]).toEqual([3, 0]);
});

it('rejects with the first error and starts no further item', async () => {
  const begun: number[] = [];
  const failing = forEachConcurrently([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    await setImmediate();
    if (item === 1) throw new Error('the second fails');
  });
  await expect(failing).rejects.toThrow('the second fails');
  await setImmediate();
  expect(begun.length).toBeLessThan(5);
});
