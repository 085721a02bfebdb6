import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFairOrder } from '../../shared/fair-order.ts';

type Message = { tenant: string; index: number };
const readTenant = ({ tenant }: Message) => tenant;
const open = (maxPerTenant: number) =>
  createFairOrder<Message>(10, { readTenant, mayStart: ({ running }) => running < maxPerTenant });
const make = (tenant: string, count: number): Message[] =>
  Array.from({ length: count }, (_, index) => ({ tenant, index }));

test('a tenant with many slow messages never delays the message of another', () => {
  const order = open(3);
  order.hold(make('busy', 200));
  while (order.take() !== null);
  order.hold(make('other', 1));
  expect(order.take()).toEqual({ tenant: 'other', index: 0 });
  expect(order.take()).toBeNull();
});

test('a tenant has a limited number of held messages, and those of others are still held', () => {
  const order = createFairOrder<Message>(10, {
    readTenant,
    mayStart: ({ running }) => running < 3,
    maxHeldPerTenant: 5,
  });
  expect(order.hold(make('busy', 8)).map(({ index }) => index)).toEqual([5, 6, 7]);
  expect(order.hold(make('other', 2))).toEqual([]);
  expect(order.take()).toEqual({ tenant: 'busy', index: 0 });
  expect(order.hold(make('busy', 2))).toHaveLength(1);
});

test('free places go to the tenants in turn, and to the messages of one tenant in order of arrival', () => {
  const order = open(10);
  order.hold([...make('a', 3), ...make('b', 2)]);
  const taken = Array.from({ length: 5 }, () => order.take()).map((message) => `${message?.tenant}${message?.index}`);
  expect(taken).toEqual(['a0', 'b0', 'a1', 'b1', 'a2']);
});

test('in any order of events, each message runs once, no share is exceeded, and no place stays free', () => {
  const event = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant('take'), fc.constant('end'));
  const hold = fc.property(fc.integer({ min: 1, max: 3 }), fc.array(event, { maxLength: 80 }), (most, events) => {
    const order = open(most);
    const running: Message[] = [];
    const count = (tenant: string) => running.filter((message) => message.tenant === tenant).length;
    let [added, done] = [0, 0];
    for (const each of events) {
      if (each === 'take') {
        const message = order.take();
        if (message !== null) running.push(message);
        else for (const { tenant } of order.listHeld()) expect(count(tenant)).toBe(most);
      } else if (each === 'end') {
        const message = running.shift();
        if (message === undefined) continue;
        order.end(message);
        done++;
      } else order.hold([{ tenant: each, index: added++ }]);
      for (const tenant of ['a', 'b', 'c']) expect(count(tenant)).toBeLessThanOrEqual(most);
      expect(order.listHeld().length + running.length + done).toBe(added);
    }
  });
  fc.assert(hold, { numRuns: 300 });
});

test('in any order of events, the number of free places is exact', () => {
  const seen: number[] = [];
  const mayStart = ({ free }: { free: number }) => {
    seen.push(free);
    return free > 0;
  };
  const order = createFairOrder<Message>(2, { readTenant, mayStart });
  order.hold(make('a', 3));
  const first = order.take();
  order.take();
  expect(order.take()).toBeNull();
  if (first !== null) order.end(first);
  expect(order.take()?.index).toBe(2);
  expect(seen).toEqual([2, 1, 0, 1]);
});
