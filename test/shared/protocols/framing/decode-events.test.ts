import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBody, eventStream, type Reads } from '../../../../shared/protocols/framing/decode-events.ts';
import { makeExchange } from '../../../support/factories/make-exchange.ts';

const decodeAll = (reads: Reads) => decodeBody(eventStream.createDecoder(), reads);
const decode = (...reads: (string | Uint8Array)[]) => [...decodeAll(makeExchange(reads))];
const readData = (...reads: (string | Uint8Array)[]) =>
  decode(...reads).flatMap(({ data, loose }) => (loose ? [] : [data]));

describe('server-sent events', () => {
  test.each<[string, string, string[]]>([
    ['LF', 'data: a\n\ndata: b\n\n', ['a', 'b']],
    ['CRLF', 'data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
    ['CR', 'data: a\r\rdata: b\r\r', ['a', 'b']],
    ['no space after the colon', 'data:a\n\n', ['a']],
    ['comments between and within events', ': ping\n\ndata: a\n: still here\n\n:\n\n', ['a']],
    ['several data lines', 'data: {"x":\ndata: 1}\n\n', ['{"x":\n1}']],
    ['a byte order mark', '\ufeffdata: a\n\n', ['a']],
    ['ids and retries', 'id: 1\nretry: 10\ndata: a\n\n', ['a']],
    ['lines of no kind', 'nonsense\nfoo: bar\ndata: a\n\n', ['a']],
    ['nothing', '', []],
  ])('reads %s', (_what, body, data) => {
    expect(readData(body)).toEqual(data);
  });

  test('gives each event its name and the time of the read that completed it', () => {
    expect(decode('event: error\nda', 'ta: a\n', '\ndata: b', '\n\ndata: c\n\n')).toEqual([
      { event: 'error', data: 'a', atMs: 120, complete: true },
      { event: null, data: 'b', atMs: 130, complete: true },
      { event: null, data: 'c', atMs: 130, complete: true },
    ]);
  });

  test('a remainder without its blank line comes last and is incomplete', () => {
    expect(decode('data: a\n\ndata: [DONE]')).toEqual([
      { event: null, data: 'a', atMs: 100, complete: true },
      { event: null, data: '[DONE]', atMs: 100, complete: false },
    ]);
  });

  test('gives the same events at any split, each at the read that holds its last byte', () => {
    const texts = fc.array(
      fc.string({ unit: 'grapheme', maxLength: 8 }).map((text) => text.replace(/[\r\n]/g, '')),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(texts, fc.array(fc.nat(200), { maxLength: 12 }), (list, cuts) => {
        const frames = list.map((text) => Buffer.from(`data: ${text}\n\n`));
        const bytes = Buffer.concat([Buffer.from(': hello\n\n'), ...frames]);
        const at = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b);
        const reads = at.slice(1).map((end, read) => bytes.subarray(at[read], end));
        let end = 9;
        const expected = list.map((data, frame) => {
          end += frames[frame]?.length ?? 0;
          return { event: null, data, atMs: 100 + 10 * (at.findIndex((cut) => cut >= end) - 1), complete: true };
        });
        expect(decode(...reads)).toEqual(expected);
      }),
    );
  });

  test('decodes lazily', () => {
    const events = decodeAll(makeExchange(['data: a\n\n', 'data: b\n\n']));
    expect(events.next().value?.data).toBe('a');
    events.return(undefined);
  });
});

test('empty data lines of an event that never ends count toward the limit of an event', () => {
  const decoder = eventStream.createDecoder();
  expect([...decoder.feed(makeExchange(['data:\n'.repeat(1_000)]))]).toEqual([]);
  expect(decoder.heldLength()).toBeGreaterThanOrEqual(1_000);
});
