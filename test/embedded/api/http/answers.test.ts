import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { tokenmeterVersion } from '../../../../shared/version.ts';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
let local: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
  local = await openApiBench({
    ALLOWED_HOSTS: '127.0.0.1, localhost:8787',
    CORS_ORIGINS: 'https://dash.example.com, http://localhost:3000',
  });
});
afterAll(async () => {
  await bench.close();
  await local.close();
});

describe('methods and paths', () => {
  test('an unknown path returns 404', async () => {
    const answer = await bench.ask('GET', '/v1/nothing');
    expect(answer.json).toMatchObject({ status: 404, code: 'NOT_FOUND', instance: '/v1/nothing' });
  });

  test('an unsupported method returns 405 with the allowed methods', async () => {
    const answer = await bench.ask('PUT', '/v1/runs', { body: {} });
    expect(answer.json.code).toBe('METHOD_NOT_ALLOWED');
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  });

  test('OPTIONS returns the allowed methods and no CORS permissions', async () => {
    const answer = await bench.ask('OPTIONS', '/v1/runs', { headers: { origin: 'https://evil.example.com' } });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('allow')).toContain('POST');
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('a path without parameters has its own methods', async () => {
    const path = '/v1/runs/bulk-delete';
    const [options, ...others] = await Promise.all([
      bench.ask('OPTIONS', path),
      ...['GET', 'PATCH', 'DELETE', 'PUT'].map((method) => bench.ask(method, path)),
    ]);
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
    for (const { json, headers } of others)
      expect([json.code, headers.get('allow')]).toEqual(['METHOD_NOT_ALLOWED', 'POST, OPTIONS']);
  });

  test('HEAD equals GET without a body', async () => {
    const answer = await bench.ask('HEAD', '/v1/runs');
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('ratelimit-limit')).not.toBeNull();
  });
});

describe('every response', () => {
  test('has a request id: the valid one that was sent, or a new one', async () => {
    const ids = ['trace-1_2=', 'bad id\t', 'x'.repeat(101)];
    const seen = [];
    for (const id of ids)
      seen.push((await bench.ask('GET', '/v1/nothing', { headers: { 'x-request-id': id } })).json.requestId);
    expect(seen[0]).toBe('trace-1_2=');
    expect(seen[1]).toMatch(/^req_/);
    expect(seen[2]).toMatch(/^req_/);
  });

  test.each(['/v1/runs', '/v1/nothing', '/docs'])('has the security headers for browsers: %s', async (path) => {
    const { headers } = await bench.ask('GET', path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('to an unexpected error reveals only the request id, and the log has the cause', async () => {
    const get = async () => {
      throw new Error('table tm-prod-7 said: boom', { cause: new Error('the cause') });
    };
    const broken = await openApiBench();
    broken.deps.runs.get = get;
    const answer = await broken.ask('GET', `/v1/runs/run_${'0'.repeat(26)}`);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toMatch(/boom|prod/);
    expect(broken.logged()).toContain(answer.json.requestId);
    expect(broken.logged()).toMatch(/boom[\s\S]*the cause/);
    await broken.close();
  });
});

test.each(['/v1/runs', '/v1/nothing', '/healthz'])(
  'the response to %s names the version of the service',
  async (path) => {
    expect((await bench.ask('GET', path)).headers.get('tokenmeter-version')).toBe(tokenmeterVersion);
  },
);

describe('a deployment with CORS_ORIGINS', () => {
  const origin = 'https://dash.example.com';
  const host = '127.0.0.1';

  test('answers the preflight request of a listed origin, without an API key', async () => {
    const asked = { host, origin, 'access-control-request-method': 'PATCH' };
    const { status, headers } = await local.ask('OPTIONS', '/v1/runs', { key: null, headers: asked });
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(origin);
    expect(headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(headers.get('access-control-allow-headers')).toContain('Idempotency-Key');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  test.each([200, 401])(
    'lets pages of a listed origin read a response with status %i and its headers',
    async (status) => {
      const key = status === 401 ? null : local.key;
      const answer = await local.ask('GET', '/v1/runs', { key, headers: { host, origin } });
      expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([status, origin]);
      for (const name of ['ETag', 'Retry-After', 'RateLimit-Remaining', 'Location', 'Tokenmeter-Version'])
        expect(answer.headers.get('access-control-expose-headers')).toContain(name);
    },
  );

  test('gives other origins no permission, and tells caches that the response depends on the origin', async () => {
    const { headers } = await local.ask('GET', '/v1/runs', { headers: { host, origin: `http://${host}` } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
    expect(headers.get('vary')).toContain('Origin');
  });
});

describe('a tagged response', () => {
  test.each(['/v1/runs', '/v1/credentials', '/v1/price-book?limit=1'])('is not sent again: %s', async (path) => {
    const first = await bench.ask('GET', path);
    const tag = first.headers.get('etag') ?? '';
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    const again = await bench.ask('GET', path, { headers: { 'if-none-match': `"other", ${tag}` } });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', tag]);
    expect(again.headers.get('content-type')).toBeNull();
    expect(again.headers.get('ratelimit-limit')).not.toBeNull();
  });

  test('changes its tag with its body', async () => {
    const before = await bench.ask('GET', '/v1/credentials');
    await bench.ask('POST', '/v1/credentials', { body: { name: 'n', apiKey: 'k' } });
    const headers = { 'if-none-match': before.headers.get('etag') ?? '' };
    expect((await bench.ask('GET', '/v1/credentials', { headers })).status).toBe(200);
  });
});

describe('a deployment with allowed hosts', () => {
  test.each(['127.0.0.1', '127.0.0.1:8787', 'LOCALHOST:8787'])('accepts %s', async (host) => {
    expect((await local.ask('GET', '/v1/runs', { headers: { host } })).status).toBe(200);
  });

  test.each([
    'evil.example.com',
    'localhost',
    'localhost:1',
    '127.0.0.1.evil.example.com',
    '127.0.0.1@evil.example.com',
    '',
  ])('rejects "%s"', async (host) => {
    const answer = await local.ask('GET', '/healthz', { headers: { host } });
    expect(answer.status).toBe(421);
    expect(answer.json.faults[0].pointer).toBe('header:host');
  });

  const host = '127.0.0.1:8787';
  test.each([
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  ])('rejects a request from a page on another website: %o', async (headers) => {
    expect((await local.ask('GET', '/v1/runs', { headers: { host, ...headers } })).status).toBe(403);
  });

  test('accepts requests from its own pages and links from other sites', async () => {
    expect((await local.ask('GET', '/docs', { headers: { host, origin: `http://${host}` } })).status).toBe(200);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await local.ask('GET', '/docs', { headers: { host, ...link } })).status).toBe(200);
  });
});
