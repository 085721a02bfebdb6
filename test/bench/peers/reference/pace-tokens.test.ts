import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createTurns } from '../../../../bench/peers/reference/pace-tokens.ts';

it('does one piece of work in each turn, in order, so that arriving data is read in between', async () => {
  const later = createTurns();
  const seen: string[] = [];
  for (const name of ['a', 'b', 'c']) later(() => seen.push(name));
  expect(seen).toEqual([]);
  for (let turn = 1; turn <= 3; turn++) {
    await nextTurn();
    seen.push(`turn ${turn}`);
  }
  expect(seen).toEqual(['a', 'turn 1', 'b', 'turn 2', 'c', 'turn 3']);
});
