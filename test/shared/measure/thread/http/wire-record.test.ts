import { describe, expect, test } from 'vitest';
import { WireRecord } from '../../../../../shared/measure/thread/http/wire-record.ts';

const sent = { head: 'POST / HTTP/1.1\r\n\r\n', body: new Uint8Array() };
const head = {
  ...{ status: 200, headers: new Map([['server', 'x']]), keepsAlive: true, hasTwoFramings: false },
  body: { kind: 'chunked' as const },
};
const open = { failure: null, head, isStillOpen: false };
const finish = (record: WireRecord, ending = {}) => record.finish(100, sent, { ...open, ...ending });

describe('the record of a response', () => {
  test('has each read with its time since the origin', () => {
    const record = new WireRecord();
    record.add(Buffer.from('ab??'), 2, 101);
    record.add(Buffer.from('cde'), 3, 104);
    const { response, isCut, httpVersion } = finish(record);
    expect([Buffer.from(response.bytes).toString(), isCut, httpVersion]).toEqual(['abcde', false, '1.1']);
    expect([Array.from(response.readsAtMs), Array.from(response.readEnds)]).toEqual([
      [1, 4],
      [2, 5],
    ]);
  });

  test('keeps the beginning of a long response, and of one with many reads', () => {
    const long = new WireRecord();
    const megabyte = Buffer.alloc(1_000_000, 'x');
    for (let read = 0; read < 3; read++) long.add(megabyte, megabyte.length, 101 + read);
    expect(finish(long)).toMatchObject({ isCut: true, response: { bytes: { length: 1_048_576 } } });
    const many = new WireRecord();
    for (let read = 0; read < 20_000; read++) many.add(megabyte, 1, 101 + read);
    expect(finish(many)).toMatchObject({ isCut: true, response: { readEnds: { length: 16_384 } } });
  });

  test('has a head of HTTP/2 in the form of HTTP/1.1', () => {
    const record = new WireRecord();
    record.addHttp2Head(head, 101);
    const { response, httpVersion } = finish(record);
    expect([Buffer.from(response.bytes).toString(), httpVersion]).toEqual(['HTTP/2 200\r\nserver: x\r\n\r\n', '2']);
  });

  test.each([
    ['complete', {}],
    ['closed', { head: { ...head, body: { kind: 'close' as const } } }],
    ['closed', { failure: { kind: 'broken', message: 'The connection broke (closed)' } }],
    ['reset', { failure: { kind: 'broken', message: 'The connection broke (ECONNRESET)' } }],
    ['stopped', { failure: { kind: 'timeout_total', message: 'x' } }],
    ['stopped', { isStillOpen: true }],
  ])('says that it is %s (%#)', (end, ending) => {
    expect(finish(new WireRecord(), ending).end).toBe(end);
  });
});
