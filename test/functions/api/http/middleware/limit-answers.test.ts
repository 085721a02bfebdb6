import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import type { ApiDeps } from '../../../../../functions/api/compose.ts';
import { compressAnswers } from '../../../../../functions/api/http/middleware/compress-answers.ts';
import { limitAnswers } from '../../../../../functions/api/http/middleware/limit-answers.ts';
import type { ApiEnv } from '../../../../../functions/api/http/operation.ts';

const maxBytes = 1_000_000;
const body = (bytes: number, fill: string) => fill.repeat(bytes);
const csv = { 'content-type': 'text/csv; charset=utf-8', etag: '"abc"', 'content-disposition': 'attachment' };
const app = new Hono<ApiEnv>();
// The limit needs no dependencies of the API.
app.use(limitAnswers({} as ApiDeps, maxBytes), compressAnswers);
app.get('/fits', (c) => c.body(body(maxBytes, 'x'), 200, csv));
app.get('/large', (c) => c.body(body(maxBytes + 1, 'x'), 200, csv));
app.get('/random', (c) => c.body(randomBytes(maxBytes).toString('hex'), 200, csv));

describe('the limit of an answer', () => {
  test('passes a body that fits, with its headers', async () => {
    const response = await app.request('/fits');
    expect([response.status, response.headers.get('etag')]).toEqual([200, '"abc"']);
    expect((await response.text()).length).toBe(maxBytes);
  });

  test('refuses a larger one, and says that a compressed one may fit', async () => {
    const response = await app.request('/large');
    expect(response.status).toBe(400);
    for (const name of ['etag', 'content-disposition', 'content-encoding'])
      expect(response.headers.get(name)).toBeNull();
    expect(response.headers.get('content-type')).toContain('problem+json');
    const { code, faults } = (await response.json()) as { code: string; faults: { remedy: string }[] };
    expect([code, faults[0]?.remedy]).toEqual(['INVALID_REQUEST', expect.stringContaining('Accept-Encoding: br')]);
  });

  test('counts the compressed bytes', async () => {
    const headers = { 'accept-encoding': 'br' };
    const fits = await app.request('/large', { headers });
    expect([fits.status, fits.headers.get('content-encoding')]).toEqual([200, 'br']);
    const refused = await app.request('/random', { headers });
    expect([refused.status, refused.headers.get('content-encoding')]).toEqual([400, null]);
    expect(await refused.text()).not.toContain('Accept-Encoding');
  });

  test('holds for no HEAD request, which has no body', async () => {
    expect((await app.request('/large', { method: 'HEAD' })).status).toBe(200);
  });
});
