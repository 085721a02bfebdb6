import { expect, test } from 'vitest';
import { buildSchedule } from '../../../infra/replay/build-schedule.ts';
import type { RecordedExchange } from '../../../shared/records/recorded-exchange.ts';
import { readFixture } from '../../support/exchanges/read-recorded.ts';

const one = readFixture('82-usual-answer');
const build = (set: Partial<NonNullable<RecordedExchange['response']>>) =>
  buildSchedule({ ...one, response: one.response === null ? null : { ...one.response, ...set } });
const join = ({ writes }: ReturnType<typeof build>) => Buffer.concat(writes.map(({ bytes }) => bytes)).toString();

test.each([
  ['longer', `${one.response?.body}: edited\n\n`],
  ['shorter', one.response?.body.slice(0, -20) ?? ''],
])('an exchange whose body was edited to a %s one is served whole, with a note', (_, body) => {
  const schedule = build({ body });
  expect(join(schedule)).toMatch(/^HTTP\/1\.1 200/);
  expect(join(schedule).endsWith(body)).toBe(true);
  expect(schedule.notes.join()).toContain('The last read has the difference');
});

test('an exchange without edits has no note and keeps its reads', () => {
  const { notes, writes } = build({});
  expect(notes).toEqual([]);
  expect(writes.map(({ bytes }) => bytes.length)).toEqual(one.response?.readBytes);
});

test('a read after more than a day is refused, because the server would not wait for it', () => {
  const readAtMs = one.response?.readAtMs.map((atMs, index) => (index === 1 ? 1e12 : atMs)) ?? [];
  expect(() => build({ readAtMs })).toThrow('A read of the response comes after more than a day');
});
