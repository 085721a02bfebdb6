import { expect, test } from 'vitest';
import { shareLookups } from '../../../functions/notifier/share-lookups.ts';
import type { Resolve } from '../../../shared/egress/open-socket.ts';

/** Opens lookups with a share of two per tenant. They run until `answer` is called. */
function open() {
  const clock = { nowMs: 0 };
  const running: { name: string; answer: () => void }[] = [];
  const resolve: Resolve = (name, _options, callback) =>
    void running.push({ name, answer: () => callback(null, [{ address: '192.0.2.1', family: 4 }]) });
  const forTenant = shareLookups(resolve, 2, () => clock.nowMs);
  const results: string[] = [];
  const lookUp = (tenant: string, name: string) =>
    forTenant(tenant)(name, { all: true }, (error) => results.push(`${name} ${error?.code ?? 'ok'}`));
  return { clock, running, results, lookUp };
}

test('200 names that hang occupy two threads, and the name of another tenant is looked up at once', () => {
  const { running, results, lookUp } = open();
  for (let i = 0; i < 200; i++) lookUp('a', `a${i}`);
  lookUp('b', 'b');
  expect(running.map(({ name }) => name)).toEqual(['a0', 'a1', 'b']);
  running[0]?.answer();
  expect(results).toEqual(['a0 ok']);
  expect(running.at(-1)?.name).toBe('a2');
});

test('a lookup whose connection has timed out does not start any more', () => {
  const { clock, running, results, lookUp } = open();
  for (let i = 0; i < 5; i++) lookUp('a', `a${i}`);
  clock.nowMs = 10_000;
  running[0]?.answer();
  expect(results.toSorted()).toEqual(['a0 ok', 'a2 EAI_AGAIN', 'a3 EAI_AGAIN', 'a4 EAI_AGAIN']);
  expect(running).toHaveLength(2);
  lookUp('a', 'later');
  expect(running.at(-1)?.name).toBe('later');
});
