import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFrameDecoder } from '../../../../shared/protocols/framing/decode-frames.ts';
import { getDialect } from '../../../support/factories/get-dialect.ts';
import { interpretExchange, makeExchange } from '../../../support/factories/make-exchange.ts';
import { encodeFrame } from '../../../support/servers/encode-frame.ts';

const bedrock = getDialect('bedrock-converse');
const delta = (text: string) => encodeFrame({ event: 'contentBlockDelta', payload: { delta: { text } } });
const stop = encodeFrame({ event: 'messageStop', payload: { stopReason: 'end_turn' } });
const decode = (...reads: Uint8Array[]) => [...createFrameDecoder().feed(makeExchange(reads))];
const set = { headers: { 'content-type': 'application/vnd.amazon.eventstream' } };
const interpret = (...reads: Uint8Array[]) => interpretExchange(makeExchange(reads, set), bedrock, { secrets: [] });
const change = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

describe('frames of an AWS event stream', () => {
  test('gives each frame its name, payload and the time of the read that completed it', () => {
    const [a, b] = [delta('a'), delta('b')];
    const frames = decode(
      a.subarray(0, 5),
      a.subarray(5, 20),
      Buffer.concat([a.subarray(20), b.subarray(0, 3)]),
      b.subarray(3),
    );
    expect(frames).toMatchObject([
      { atMs: 120, offset: 0, frame: { kind: 'event', name: 'contentBlockDelta' } },
      { atMs: 130, offset: a.length, frame: { kind: 'event', name: 'contentBlockDelta' } },
    ]);
  });

  test('distinguishes exceptions and errors from events', () => {
    const error = encodeFrame({
      headers: { ':message-type': 'error', ':error-code': 'Broken', ':error-message': 'it broke' },
      payload: '',
    });
    const frames = decode(encodeFrame({ exception: 'throttlingException', payload: { message: 'm' } }), error);
    expect(frames).toMatchObject([
      { frame: { kind: 'exception', name: 'throttlingException' } },
      { frame: { kind: 'error', name: 'Broken', payload: new TextEncoder().encode('it broke') } },
    ]);
    expect(interpret(error)).toMatchObject({
      outcome: 'stream_error',
      error: { code: 'Broken', message: 'it broke' },
    });
  });

  test.each<[string, number]>([
    ['the total length', 0],
    ['the headers’ length', 5],
    ['the checksum of the lengths', 9],
    ['a header', 14],
    ['the payload', delta('abc').length - 8],
    ['the checksum of all', delta('abc').length - 2],
  ])('a wrong bit in %s is a bad stream, and ends it', (_what, at) => {
    const result = interpret(delta('before'), change(delta('abc'), at), delta('after'), stop);
    expect(result).toMatchObject({ outcome: 'bad_stream', answerText: 'before', error: { code: 'malformed_event' } });
    expect(result.error?.message).toMatch(/frame at byte \d+: .*(checksum|length)/);
  });

  test('a length that is too small or too large for a frame ends the stream at once', () => {
    const lengths = [15, 0xff_ff_ff_ff];
    for (const length of lengths) {
      const frame = Buffer.from(encodeFrame({ event: 'x', payload: {} }));
      frame.writeUInt32BE(length, 0);
      frame.writeUInt32BE(crc32(frame.subarray(0, 8)), 8);
      expect(decode(frame)).toMatchObject([{ broken: `a length of ${length} bytes is not allowed` }]);
    }
  });

  test('a stream that ends within a frame has the frames before it', () => {
    const bytes = Buffer.concat([delta('a'), stop]);
    for (let end = delta('a').length; end < bytes.length; end++) expect(decode(bytes.subarray(0, end))).toHaveLength(1);
  });

  test('a response that is not an event stream is detected from its content type', () => {
    const text = new TextEncoder().encode('{"Output":{"__type":"x"},"Version":"1.0"} and more');
    expect(interpret(text)).toMatchObject({ outcome: 'bad_stream', error: { code: 'malformed_event' } });
    const json = makeExchange([text], { headers: { 'content-type': 'text/plain' } });
    expect(interpretExchange(json, bedrock, { secrets: [] }).error?.code).toBe('not_event_stream');
  });

  test('never throws and never loops, for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.boolean(), (bytes, after) => {
        const reads = after ? [delta('a'), bytes] : [bytes];
        expect(decode(...reads).length).toBeLessThanOrEqual(2);
      }),
    );
  });

  test('decodes lazily', () => {
    const frames = createFrameDecoder().feed(makeExchange([delta('a'), change(delta('b'), 0)]));
    expect(frames.next().value).toMatchObject({ frame: { name: 'contentBlockDelta' } });
    frames.return(undefined);
  });
});
