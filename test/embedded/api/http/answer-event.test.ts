import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import type { LambdaEvent } from 'hono/aws-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEventHandler } from '../../../../functions/api/answer-event.ts';
import type { ApiEnv } from '../../../../functions/api/http/operation.ts';
import { maxPayloadBodyBytes } from '../../../../shared/lambda-limits.ts';
import { type HttpGateway, startHttpGateway } from '../../../infra/lambda/http-gateway.ts';

const random = new Uint8Array(randomBytes(100_000));
const quotes = '"'.repeat(maxPayloadBodyBytes);
const largest = new Uint8Array(maxPayloadBodyBytes).fill(0xff);
const app = new Hono<ApiEnv>();
app.get('/quotes', (c) => c.body(quotes, 200, { 'content-type': 'application/json' }));
app.get('/largest', (c) => c.body(largest, 200, { 'content-type': 'application/octet-stream' }));
app.get('/random', (c) => c.body(random, 200, { 'content-type': c.req.query('type') ?? '' }));
app.get('/text', (c) => c.body('naïve', 200, { 'content-type': 'text/csv; charset=utf-8; header=present' }));
app.post('/length', async (c) => c.text(String((await c.req.arrayBuffer()).byteLength)));

let gateway: HttpGateway;
beforeAll(async () => {
  const handler = createEventHandler(app);
  gateway = await startHttpGateway({
    invoke: async (event) => ({ kind: 'answer', body: JSON.stringify(await handler(event as LambdaEvent)) }),
  });
});
afterAll(() => gateway.close());

const read = async (path: string) => {
  const response = await fetch(`${gateway.url}${path}`);
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
};

describe('through an HTTP API of AWS', () => {
  test.each(['application/zip', 'application/vnd.apache.parquet', 'application/octet-stream', 'image/png'])(
    'a binary answer keeps its bytes: %s',
    async (type) => {
      const { status, bytes } = await read(`/random?type=${type}`);
      expect([status, bytes.equals(random)]).toEqual([200, true]);
    },
  );

  test('a text keeps its characters', async () => {
    expect((await read('/text')).bytes.toString()).toBe('naïve');
  });

  test('the largest body is sent, even if JSON would escape each of its characters', async () => {
    const text = await read('/quotes');
    expect([text.status, text.bytes.length]).toEqual([200, maxPayloadBodyBytes]);
    const bytes = await read('/largest');
    expect([bytes.status, bytes.bytes.equals(largest)]).toEqual([200, true]);
  });

  test('the largest body is received, and a larger one than the gateway takes is refused', async () => {
    const send = (bytes: number) =>
      fetch(`${gateway.url}/length`, { method: 'POST', body: new Uint8Array(bytes).fill(0x22) });
    expect(await (await send(maxPayloadBodyBytes)).text()).toBe(String(maxPayloadBodyBytes));
    expect((await send(maxPayloadBodyBytes + 32_768)).status).toBe(413);
  });
});
