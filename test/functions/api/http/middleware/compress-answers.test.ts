import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { handle, type LambdaEvent } from 'hono/aws-lambda';
import { describe, expect, test } from 'vitest';
import { answerNotModified } from '../../../../../functions/api/http/middleware/answer-not-modified.ts';
import { chooseCoding, compressAnswers } from '../../../../../functions/api/http/middleware/compress-answers.ts';
import type { ApiEnv } from '../../../../../functions/api/http/operation.ts';

const long = 'tokens per second '.repeat(20_000);
const json = { 'content-type': 'application/json' };
const app = new Hono<ApiEnv>();
app.use(compressAnswers, answerNotModified);
app.get('/short', (c) => c.body('x'.repeat(1_023), 200, json));
app.get('/medium', (c) => c.body('x'.repeat(1_024), 200, { ...json, etag: '"abc"', 'content-length': '1024' }));
app.get('/long', (c) => c.body(long, 200, { 'content-type': 'text/csv; charset=utf-8' }));
app.get('/digested', (c) => c.body(long, 200, { ...json, 'content-digest': 'sha-256=:x:' }));
app.get('/zip', (c) => c.body(long, 200, { 'content-type': 'application/zip' }));
app.get('/events', (c) => c.body(long, 200, { 'content-type': 'text/event-stream' }));

const ask = async (path: string, headers: Record<string, string>) => {
  const response = await app.request(path, { headers });
  return {
    response,
    bytes: Buffer.from(await response.arrayBuffer()),
    coding: response.headers.get('content-encoding'),
  };
};

describe('a response is compressed', () => {
  test.each([
    ['br', brotliDecompressSync],
    ['gzip', gunzipSync],
  ] as const)('with %s, and is the same text afterwards', async (coding, decompress) => {
    for (const path of ['/medium', '/long']) {
      const plain = await ask(path, {});
      const packed = await ask(path, { 'accept-encoding': coding });
      expect([packed.coding, packed.response.headers.get('vary')]).toEqual([coding, 'Accept-Encoding']);
      expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 5);
      expect(decompress(packed.bytes).equals(plain.bytes)).toBe(true);
      expect(packed.response.headers.get('content-length')).toBeNull();
    }
  });

  test.each(['/short', '/digested', '/zip', '/events'])(
    'but not if that does not help or breaks it: %s',
    async (path) => {
      const packed = await ask(path, { 'accept-encoding': 'gzip, br' });
      expect(packed.coding).toBeNull();
      expect(packed.bytes.equals((await ask(path, {})).bytes)).toBe(true);
    },
  );

  test('in base64 on Lambda, which otherwise sends text', async () => {
    const call = handle(app);
    const ask = (accepted: string) =>
      call({
        rawPath: '/medium',
        rawQueryString: '',
        headers: { host: 'h', 'accept-encoding': accepted },
        requestContext: { http: { method: 'GET' } },
      } as unknown as LambdaEvent); // the parts of an event that the adapter reads
    expect(await ask('identity')).toMatchObject({ body: 'x'.repeat(1_024), isBase64Encoded: false });
    const { body, isBase64Encoded } = await ask('br');
    expect([isBase64Encoded, brotliDecompressSync(Buffer.from(body, 'base64')).length]).toEqual([true, 1_024]);
  });

  test('with a tag of its own, which is known like the tag of the uncompressed response', async () => {
    const { response } = await ask('/medium', { 'accept-encoding': 'gzip' });
    expect(response.headers.get('etag')).toBe('"abc-gzip"');
    for (const tag of ['"abc-gzip"', '"abc"', 'W/"abc"', '*'])
      for (const encoding of ['gzip', 'identity']) {
        const again = await ask('/medium', { 'accept-encoding': encoding, 'if-none-match': tag });
        expect([again.response.status, again.bytes.length, again.coding]).toEqual([304, 0, null]);
        expect(again.response.headers.get('vary')).toBe('Accept-Encoding');
      }
    expect((await ask('/medium', { 'if-none-match': '"ab", "abc-zip"' })).response.status).toBe(200);
  });
});

test.each([
  [undefined, null],
  ['', null],
  ['gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['GZIP;q=1.0, br;q=0.5', 'gzip'],
  ['*', 'br'],
  ['br;q=0, *;q=0.1', 'gzip'],
  ['identity', null],
  ['gzip;q=0', null],
  ['identity;q=1, gzip;q=0.5', null],
])('Accept-Encoding %o selects %o', (header, coding) => {
  expect(chooseCoding(header)).toBe(coding);
});
