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
  ['wait=26', 25],
  ['wait=999999999', 25],
  ['wait=9999999999', null],
  ['wait=1e3', null],
  ['nowait=5', null],
])('with a maximum of 25 seconds, Prefer: %s waits %s seconds', (prefer, seconds) => {
  expect(parseWaitPreference(prefer, 25)).toBe(seconds);
});
