import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeBody } from '../../../../shared/protocols/framing/decode-events.ts';
import { createPayloadPartDecoder } from '../../../../shared/protocols/framing/decode-payload-parts.ts';
import { makeExchange } from '../../../support/factories/make-exchange.ts';
import { encodeFrame } from '../../../support/servers/encode-frame.ts';

const part = (payload: string | Uint8Array) => encodeFrame({ event: 'PayloadPart', payload });
const decode = (...reads: Uint8Array[]) => [...decodeBody(createPayloadPartDecoder(), makeExchange(reads))];
const cutAt = (bytes: Uint8Array, cuts: readonly number[]) => {
  const at = [...new Set([0, ...cuts.map((cut) => cut % bytes.length), bytes.length])].sort((a, b) => a - b);
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
};

describe('payload parts', () => {
  test.each<[string, (text: string) => string]>([
    ['server-sent events', (text) => `data: ${text}\n\n`],
    ['JSON lines', (text) => `${text}\n`],
    ['JSON lines with CRLF', (text) => `${text}\r\n`],
  ])('gives %s whole, however the container’s bytes are cut into parts and the parts into reads', (_what, wrap) => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { minLength: 1, maxLength: 5 });
    const cuts = fc.array(fc.nat(300), { maxLength: 10 });
    fc.assert(
      fc.property(texts, cuts, cuts, (list, partCuts, readCuts) => {
        const data = list.map((text) => JSON.stringify({ text }));
        const parts = cutAt(new TextEncoder().encode(data.map(wrap).join('')), partCuts).map(part);
        const events = decode(...cutAt(new Uint8Array(Buffer.concat(parts)), readCuts));
        expect(events.map((event) => event.data)).toEqual(data);
        expect(events.every(({ complete }) => complete)).toBe(true);
      }),
    );
  });

  test('an event has the time of the read that completed its last frame', () => {
    const last = part('1}\n\ndata: {"b":2}\n\n');
    const reads = [part('data: {"a"'), part(':'), last.subarray(0, 30), last.subarray(30)];
    expect(decode(...reads)).toEqual([
      { event: null, data: '{"a":1}', atMs: 130, complete: true },
      { event: null, data: '{"b":2}', atMs: 130, complete: true },
    ]);
  });

  test('a last line without its line feed comes last and is incomplete', () => {
    expect(decode(part(' \n{"a":1}\n'), part('{"b":2}'))).toEqual([
      { event: null, data: '{"a":1}', atMs: 100, complete: true },
      { event: null, data: '{"b":2}', atMs: 110, complete: false },
    ]);
  });

  test('an exception keeps its place, and other frames are ignored', () => {
    const exception = encodeFrame({ exception: 'ModelStreamError', payload: { Message: 'm' } });
    const other = encodeFrame({ event: 'Other', payload: 'data: x\n\n' });
    expect(decode(part('data: a\n\n'), other, exception)).toMatchObject([
      { data: 'a' },
      { event: 'ModelStreamError', exception: true, atMs: 120 },
    ]);
  });

  test('a damaged frame ends the stream', () => {
    const bad = part('data: b\n\n').map((byte, index) => (index === 40 ? byte ^ 1 : byte));
    expect(decode(part('data: a\n\n'), bad, part('data: c\n\n'))).toMatchObject([{ data: 'a' }, { broken: true }]);
  });
});
