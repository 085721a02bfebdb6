import { expect, test } from 'vitest';
import { parseWaitPreference } from '../../../../functions/api/runs/show-run.ts';

test.each([
  [undefined, null],
  ['', null],
  ['wait=25', 25],
  ['WAIT = 5', 5],
  ['wait="10"', 10],
  ['respond-async, wait=7; x=1', 7],
  ['wait=0', 0],
  ['wait=61', 60],
  ['wait=999999999', 60],
  ['wait=9999999999', null],
  ['wait=1e3', null],
  ['nowait=5', null],
])('Prefer: %s waits %s seconds', (prefer, seconds) => {
  expect(parseWaitPreference(prefer)).toBe(seconds);
});
