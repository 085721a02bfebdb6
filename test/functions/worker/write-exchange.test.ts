import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ExchangeContext, writeExchange } from '../../../functions/worker/write-exchange.ts';
import type { Exchange, ExchangeWire } from '../../../shared/measure/instrument.ts';
import { recordedExchangeSchema } from '../../../shared/records/recorded-exchange.ts';
import { listByteSecrets } from '../../../shared/secrets/mask-bytes.ts';
import { runAtOnce } from '../../../shared/time-slices.ts';
import { getDialect } from '../../support/factories/get-dialect.ts';
import { interpretExchange, makeExchange } from '../../support/factories/make-exchange.ts';
import { chunked, done, head, lastChunk, streamHead, text, whole } from '../../support/servers/scripted-responses.ts';

const key = 'sk-write-Zq4T8w1R6y3U0p5A';
/** A secret with characters that are not ASCII. */
const foreign = '\u00e9\u00fc-\u00df-92-\u00f8\u00e5-0417';
const dialect = getDialect('openai-chat');
const context: ExchangeContext = {
  target: { id: 'a', protocol: 'openai-chat' },
  dialect,
  secrets: listByteSecrets([key, foreign]),
  secretNames: new Set(['x-gateway']),
};
const encode = (texts: string) => new Uint8Array(Buffer.from(texts));

/** Writes the exchange of a response with these reads. */
function write(reads: (string | Uint8Array)[], wire: Partial<ExchangeWire> = {}) {
  const { readsAtMs, readEnds, bytes } = makeExchange(reads);
  const body = Buffer.from(bytes).toString('latin1').split('\r\n\r\n').slice(1).join('\r\n\r\n');
  const exchange: Exchange = {
    ...makeExchange([Buffer.from(body, 'latin1')]),
    wire: {
      httpVersion: '1.1',
      requestHead: 'POST /v1 HTTP/1.1\r\nhost: a\r\n\r\n',
      requestBody: encode('{}'),
      response: { readsAtMs, readEnds, bytes },
      isCut: false,
      end: 'complete',
      ...wire,
    },
  };
  const read = interpretExchange(exchange, dialect, { secrets: [key] });
  const place = { exchangeId: '0-0-1', reasons: ['first' as const], startedAtMs: 0 };
  return recordedExchangeSchema.parse(runAtOnce(writeExchange(exchange, read, context, place)));
}

describe('a recorded exchange', () => {
  test('has the head line by line, and the body with its chunks and reads', () => {
    const { response } = write([streamHead, chunked(text('Hi')), `${chunked(done)}${lastChunk}`]);
    expect(response).toMatchObject({
      statusLine: 'HTTP/1.1 200 OK',
      headers: ['content-type: text/event-stream', 'transfer-encoding: chunked'],
      body: chunked(text('Hi')) + chunked(done) + lastChunk,
      bodyEncoding: 'utf-8',
      readAtMs: [100, 110, 120],
      readBytes: [streamHead.length, chunked(text('Hi')).length, (chunked(done) + lastChunk).length],
      omitted: null,
    });
  });

  test('has bytes that are not UTF-8 as base64', () => {
    const binary = Uint8Array.of(0xff, 0x00, 0xfe);
    const { response } = write([head('200 OK', { 'content-length': '3' }), binary]);
    expect([response?.body, response?.bodyEncoding]).toEqual([Buffer.from(binary).toString('base64'), 'base64']);
  });

  test('of a request that was never sent has neither request nor response', () => {
    const { wire: _wire, ...unsent } = makeExchange([], { startMs: null, httpStatus: null });
    const read = interpretExchange(unsent, dialect, { secrets: [] });
    const place = { exchangeId: '0-0-1', reasons: ['failed' as const], startedAtMs: 0 };
    expect(runAtOnce(writeExchange(unsent, read, context, place))).toMatchObject({ request: null, response: null });
  });

  test('says that the rest of a long response is not recorded', () => {
    const { response } = write([whole('200 OK', text('Hi'))], { isCut: true });
    expect(response?.omitted).toContain('long response');
    expect(response?.body).toBe(text('Hi'));
  });

  test('has the beginning of a long request', () => {
    const { request } = write([whole('200 OK', 'x')], { requestBody: new Uint8Array(1_500_000).fill(120) });
    expect([request?.body.length, request?.omitted]).toEqual([1_048_576, expect.stringContaining('long request')]);
  });

  test.each([
    [{ 'content-encoding': 'gzip' }],
    [{ 'transfer-encoding': 'gzip, chunked' }],
    [{ 'transfer-encoding': 'chunked, chunked' }],
    [{ 'transfer-encoding': 'gzip' }],
  ])('omits a body with a coding that may hide a secret: %o', (headers) => {
    const { response } = write([head('200 OK', headers), 'zipped']);
    expect(response).toMatchObject({ body: '', omitted: 'The body is compressed' });
  });

  test('has the final head and its body, without the interim responses before it', () => {
    const hints = head('103 Early Hints', { 'set-cookie': 'id=early' });
    const final = head('200 OK', { 'set-cookie': 'id=final', 'content-length': '2' });
    const { response } = write([head('100 Continue') + hints.slice(0, 9), hints.slice(9) + final, 'Hi']);
    expect(response).toMatchObject({
      statusLine: 'HTTP/1.1 200 OK',
      headers: ['set-cookie: ********', 'content-length: 2'],
      body: 'Hi',
      readAtMs: [110, 120],
      readBytes: [final.length, 2],
    });
  });

  test('has no secret header of the trailers after the last chunk', () => {
    const { response } = write([streamHead, `${chunked('Hi')}0\r\nset-cookie: id=late\r\n\r\n`]);
    expect(response?.body).toBe(`${chunked('Hi')}0\r\nset-cookie: *******\r\n\r\n`);
  });

  test('has no secret header of a head that is incomplete, folded, or only interim', () => {
    const cookie = 'set-cookie: id=early';
    for (const read of [
      `HTTP/1.1 103 Early Hints\r\n${cookie}\r\n\r\n`,
      `HTTP/1.1 200 OK\r\n${cookie}`,
      'HTTP/1.1 200 OK\r\nset-cookie :\r\n id=early\r\n\r\n',
    ])
      expect(JSON.stringify(write([read]))).not.toContain('early');
  });
});

describe('a recorded exchange without secrets', () => {
  test('masks headers that carry secrets, and keeps the length of those in a response', () => {
    const requestHead = `POST /v1?key=${key} HTTP/1.1\r\nauthorization: Bearer ${key}\r\nx-gateway: short\r\nhost: a\r\n\r\n`;
    const cookie = 'id=abc; Path=/';
    const { request, response } = write([whole('200 OK', 'x', { 'set-cookie': cookie })], { requestHead });
    expect(request?.line).toBe(`POST /v1?key=${'*'.repeat(key.length)} HTTP/1.1`);
    expect(request?.headers).toEqual(['authorization: ***', 'x-gateway: ***', 'host: a']);
    expect(response?.headers).toContain(`set-cookie: ${'*'.repeat(cookie.length)}`);
  });

  test.each([
    ['split by chunks', ['data: ', ...(key.match(/.{1,7}/g) ?? []), '\n\n'].map(chunked).join('')],
    ['split letter by letter', Array.from(key, (letter) => chunked(text(letter))).join('')],
    ['in steps of five', (key.match(/.{1,5}/g) ?? []).map((piece) => chunked(text(piece))).join('')],
  ])('omits a body with a secret %s', (_, body) => {
    const { response } = write([streamHead, body + lastChunk]);
    expect(response).toMatchObject({ body: '', omitted: expect.stringContaining('in pieces') });
  });

  test.each<[string, string, (piece: string) => string]>([
    ['an error', '500 Oops', (piece) => `${JSON.stringify({ error: { parts: [piece] } })}\n`],
    ['unread fields', '200 OK', (piece) => `data: ${JSON.stringify({ odd: [{ index: 1 }, { word: piece }] })}\n\n`],
    ['plain lines', '401 Unauthorized', (piece) => `data: ${piece}\n\n`],
    ['codes', '500 Oops', (piece) => `{"a":"\\u00${piece.charCodeAt(0).toString(16)}${piece.slice(1)}"},`],
    ['frames', '200 OK', (piece) => `\0\0\0\u0001"\0{"delta":{"text":"${piece}"},"p":"abcdefgh"}"?`],
  ])('omits a body whose %s spell a secret in pieces, which no protocol reads', (_, status, toEvent) => {
    const pieces = key.match(/.{1,5}/g) ?? [];
    const { response } = write([whole(status, pieces.map(toEvent).join(''))]);
    expect(response).toMatchObject({ body: '', omitted: expect.stringContaining('in pieces') });
  });

  test('keeps a body whose texts spell no secret', () => {
    const body = `${text('Hi').repeat(3)}data: {"a":["sk-wri","b"],"unclosed\n\n${done}`;
    expect(write([whole('200 OK', body)]).response).toMatchObject({ body, omitted: null });
  });

  test('has no abbreviated secret in UTF-8', () => {
    for (const sign of ['\u2026', '\u2022\u2022\u2022', '\u00b7\u00b7\u00b7']) {
      const body = `No: ${key.slice(0, 3)}${sign}${key.slice(-4)} is wrong`;
      expect(write([whole('401 Unauthorized', body)]).response?.body).toMatch(/^No: \*+ is wrong$/);
    }
  });

  test('has no secret in any encoding, at any position, in the request or the response', () => {
    const forms = [
      (secret: string) => secret,
      (secret: string) => secret.toUpperCase(),
      encodeURIComponent,
      btoa,
      (secret: string) => Buffer.from(secret).toString('hex'),
      (secret: string) => secret.slice(0, Math.ceil(secret.length / 2)),
      (secret: string) => Array.from(secret, (one) => `\\u00${one.charCodeAt(0).toString(16)}`).join(''),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.nat(20_000), (toForm, at) => {
        const shown = toForm(key);
        const body = `${'x '.repeat(at / 2)}${shown} after`;
        const recorded = write([whole('500 Oops', body)], { requestBody: encode(body) });
        const texts = [recorded.request?.body, recorded.response?.body, recorded.errorMessage ?? ''];
        for (const one of texts) expect(one).not.toContain(shown.slice(2, 14));
        expect(recorded.response?.body.length).toBe(body.length);
      }),
      { numRuns: 25 },
    );
    expect(write([whole('500 Oops', foreign)]).response?.body).not.toContain(foreign.slice(0, 6));
  });
});
