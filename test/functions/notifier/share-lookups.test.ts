import { expect, test } from 'vitest';
import { countLookupPlaces, shareLookups } from '../../../functions/notifier/share-lookups.ts';
import type { Resolve } from '../../../shared/egress/open-socket.ts';

/** Opens lookups over a number of places. They run until `answer` is called. */
function open(places: number) {
  const clock = { nowMs: 0 };
  const running: { name: string; answer: () => void }[] = [];
  const resolve: Resolve = (name, _options, callback) =>
    void running.push({ name, answer: () => callback(null, [{ address: '192.0.2.1', family: 4 }]) });
  const forTenant = shareLookups(resolve, places, () => clock.nowMs);
  const results: string[] = [];
  const lookUp = (tenant: string, name: string) =>
    forTenant(tenant)(name, { all: true }, (error) => results.push(`${name} ${error?.code ?? 'ok'}`));
  return { clock, running, results, lookUp };
}

test('200 names that hang occupy an eighth of the lookups, and the name of another tenant is looked up at once', () => {
  const { running, results, lookUp } = open(32);
  for (let i = 0; i < 200; i++) lookUp('a', `a${i}`);
  expect(running).toHaveLength(4);
  lookUp('b', 'b');
  expect(running.at(-1)?.name).toBe('b');
  running[0]?.answer();
  expect(results).toEqual(['a0 ok']);
  expect(running.at(-1)?.name).toBe('a4');
});

test('names of 10 tenants that hang leave a lookup to another tenant', () => {
  const { running, lookUp } = open(32);
  for (let tenant = 0; tenant < 10; tenant++) for (let i = 0; i < 20; i++) lookUp(`${tenant}`, `${tenant}-${i}`);
  lookUp('b', 'b');
  expect(running.at(-1)?.name).toBe('b');
});

test('even with the four threads of Node.js, names of one tenant that hang leave a lookup to another', () => {
  const { running, lookUp } = open(countLookupPlaces(4));
  for (let i = 0; i < 20; i++) lookUp('a', `a${i}`);
  lookUp('b', 'b');
  expect(running.map(({ name }) => name)).toEqual(['a0', 'b']);
});

test('a lookup whose connection has timed out does not start any more', () => {
  const { clock, running, results, lookUp } = open(4);
  for (let i = 0; i < 5; i++) lookUp('a', `a${i}`);
  clock.nowMs = 10_000;
  running[0]?.answer();
  const late = ['a1', 'a2', 'a3', 'a4'].filter((name) => !running.some((each) => each.name === name));
  expect(results.toSorted()).toEqual(['a0 ok', ...late.map((name) => `${name} EAI_AGAIN`)].toSorted());
  lookUp('a', 'later');
  expect(running.at(-1)?.name).toBe('later');
});
