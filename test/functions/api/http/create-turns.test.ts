import { expect, test } from 'vitest';
import { createTurns } from '../../../../functions/api/http/create-turns.ts';

/** Starts actions that end only when `end` is called with their label. */
function startActions(max: number) {
  const takeTurn = createTurns(max);
  const started: string[] = [];
  const open = new Map<string, PromiseWithResolvers<void>>();
  return {
    started,
    start: (name: string, label: string) =>
      takeTurn(name, () => {
        started.push(label);
        const ended = Promise.withResolvers<void>();
        open.set(label, ended);
        return ended.promise;
      }),
    end: async (label: string) => {
      open.get(label)?.resolve();
      await new Promise(setImmediate);
    },
  };
}

test('runs a few actions at the same time, and those with the same name one after the other', async () => {
  const { started, start, end } = startActions(2);
  const all = [start('a', 'a1'), start('a', 'a2'), start('b', 'b1'), start('c', 'c1')];
  await new Promise(setImmediate);
  expect(started).toEqual(['a1', 'b1']);
  await end('b1');
  expect(started).toEqual(['a1', 'b1', 'c1']);
  await end('a1');
  expect(started).toEqual(['a1', 'b1', 'c1', 'a2']);
  await end('c1');
  await end('a2');
  await Promise.all(all);
});

test('continues after an action that fails', async () => {
  const takeTurn = createTurns(1);
  await expect(takeTurn('a', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  await expect(takeTurn('a', async () => 'done')).resolves.toBe('done');
});
