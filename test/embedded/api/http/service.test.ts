import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { escapeHtml, inlineHtml } from '../../../../functions/api/documents/page/escape-html.ts';
import { endpoints } from '../../../../functions/api/endpoints.ts';
import { errorCodes } from '../../../../shared/errors/app-error.ts';
import { loadSchema } from '../../../../shared/load/load-schema.ts';
import { type ApiBench, openApiBench } from '../../../support/api-bench.ts';

let bench: ApiBench;
let local: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
  local = await openApiBench({ ALLOWED_HOSTS: '127.0.0.1, localhost:8787' });
});
afterAll(async () => {
  await bench.close();
  await local.close();
});

describe('health', () => {
  test('is ok where the table and the queues answer', async () => {
    const checked = await openApiBench({}, { queue: { send: async () => undefined, check: async () => undefined } });
    expect((await checked.ask('GET', '/healthz', { key: null })).json).toEqual({
      status: 'ok',
      table: 'ok',
      queues: 'ok',
    });
    await checked.close();
  });

  test('is 503 where one does not, and the reason is for the log alone', async () => {
    const check = async () => {
      throw new Error('queue of account 123 is gone');
    };
    const broken = await openApiBench({}, { queue: { send: async () => undefined, check } });
    const answer = await broken.ask('GET', '/healthz', { key: null });
    expect(answer.status).toBe(503);
    expect(answer.json).toEqual({ status: 'failing', table: 'ok', queues: 'failing' });
    expect(broken.logged()).toContain('account 123');
    await broken.close();
  });
});

describe('the contract and its page', () => {
  test('openapi.yaml is served as it is committed', async () => {
    const answer = await bench.ask('GET', '/openapi.yaml', { key: null });
    expect(answer.text).toBe(readFileSync(new URL('../../../../openapi.yaml', import.meta.url), 'utf8'));
  });

  test('the page shows every operation and error, and loads nothing', async () => {
    const { text, headers } = await bench.ask('GET', '/docs', { key: null, headers: { accept: 'text/html' } });
    for (const { operationId } of endpoints) expect(text).toContain(`id="${operationId}"`);
    for (const code of Object.keys(errorCodes)) expect(text).toContain(`id="${code}"`);
    expect(text).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[^']+'/);
    expect(policy).not.toContain('unsafe');
  });

  test('the page says before all else how to call, and what a run spec is, with an example for each kind of load', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    expect(text).toContain(
      'export TOKENMETER_URL=http://127.0.0.1:8787\nexport TOKENMETER_KEY=$(cat .data/local-api-key)',
    );
    const places = ['id="start"', 'id="run-spec"', 'id="createRun"', 'id="errors"', 'id="schemas"'];
    const found = places.map((place) => text.indexOf(place));
    expect(found).toEqual(found.toSorted((a, b) => a - b));
    const runSpec = text.slice(found[1], found[2]);
    for (const [mode, file] of [
      ['concurrency', 'quickstart'],
      ['rounds', 'rounds'],
      ['rate', 'rate-poisson'],
      ['sweep', 'sweep-knee'],
      ['trace', 'trace'],
    ]) {
      expect(runSpec).toContain(`Load <code>${mode}</code>`);
      const example = JSON.parse(readFileSync(new URL(`../../../../examples/${file}.json`, import.meta.url), 'utf8'));
      expect(runSpec).toContain(escapeHtml(JSON.stringify(example, null, 2)));
    }
    const modes = new Set(loadSchema.options.map((option) => option.shape.mode.value));
    for (const mode of modes) expect(runSpec, mode).toContain(`Load <code>${mode}</code>`);
  });

  test('every error of the page says what brings it about and what mends it', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    for (const [code, { cause, cure }] of Object.entries(errorCodes)) {
      const entry = text.slice(text.indexOf(`id="${code}"`)).split('</div>')[0];
      expect(entry).toContain(inlineHtml(cause));
      expect(entry).toContain(inlineHtml(cure));
    }
  });

  test('every column has a heading, and the failures of an operation stand folded after its successes', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    expect(text).not.toContain('<th></th>');
    const shown = text.slice(text.indexOf('<article id="createRun">')).split('</article>')[0] ?? '';
    expect(shown.indexOf('>202<')).toBeLessThan(shown.indexOf('<summary>Errors'));
    expect(shown.indexOf('>422<')).toBeGreaterThan(shown.indexOf('<summary>Errors'));
  });

  test('the navigation names each operation by its method and path', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    const navigation = text.slice(text.indexOf('<nav'), text.indexOf('</nav>')).replaceAll('<wbr>', '');
    for (const { method, path } of endpoints)
      expect(navigation).toContain(`>${method.toUpperCase()}</span><span>${path}</span>`);
  });

  test('every link within the page leads somewhere', async () => {
    const { text } = await bench.ask('GET', '/docs', { key: null });
    const ids = new Set([...text.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
    const links = [...text.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    expect(links.filter((link) => !ids.has(link))).toEqual([]);
  });
});

describe('methods and paths', () => {
  test('a path that is not there is 404', async () => {
    const answer = await bench.ask('GET', '/v1/nothing');
    expect(answer.json).toMatchObject({ status: 404, code: 'NOT_FOUND', instance: '/v1/nothing' });
  });

  test('a method that is not possible is 405 with those that are', async () => {
    const answer = await bench.ask('PUT', '/v1/runs', { body: {} });
    expect(answer.json.code).toBe('METHOD_NOT_ALLOWED');
    expect(answer.headers.get('allow')?.split(', ').sort()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  });

  test('OPTIONS says what is possible, and allows no other site anything', async () => {
    const answer = await bench.ask('OPTIONS', '/v1/runs', { headers: { origin: 'https://evil.example.com' } });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('allow')).toContain('POST');
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  test('HEAD is GET without its body', async () => {
    const answer = await bench.ask('HEAD', '/v1/runs');
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('ratelimit-limit')).not.toBeNull();
  });
});

describe('every answer', () => {
  test('carries a request id: the one given where it is one, else a new one', async () => {
    const ids = ['trace-1_2=', 'bad id\t', 'x'.repeat(101)];
    const seen = [];
    for (const id of ids)
      seen.push((await bench.ask('GET', '/v1/nothing', { headers: { 'x-request-id': id } })).json.requestId);
    expect(seen[0]).toBe('trace-1_2=');
    expect(seen[1]).toMatch(/^req_/);
    expect(seen[2]).toMatch(/^req_/);
  });

  test.each(['/v1/runs', '/v1/nothing', '/docs'])('has the headers that keep a browser in check: %s', async (path) => {
    const { headers } = await bench.ask('GET', path);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('of a bug reveals only the request id; the cause is in the log', async () => {
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

describe('where the deployment names its hosts', () => {
  test.each(['127.0.0.1', '127.0.0.1:8787', 'LOCALHOST:8787'])('it answers to %s', async (host) => {
    expect((await local.ask('GET', '/v1/runs', { headers: { host } })).status).toBe(200);
  });

  test.each([
    'evil.example.com',
    'localhost',
    'localhost:1',
    '127.0.0.1.evil.example.com',
    '127.0.0.1@evil.example.com',
    '',
  ])('it does not answer to "%s"', async (host) => {
    const answer = await local.ask('GET', '/healthz', { headers: { host } });
    expect(answer.status).toBe(421);
    expect(answer.json.faults[0].pointer).toBe('header:host');
  });

  const host = '127.0.0.1:8787';
  test.each([
    { origin: 'https://evil.example.com' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
  ])('it refuses what a page of another site sends: %o', async (headers) => {
    expect((await local.ask('GET', '/v1/runs', { headers: { host, ...headers } })).status).toBe(403);
  });

  test('it answers its own pages, and links from elsewhere', async () => {
    expect((await local.ask('GET', '/docs', { headers: { host, origin: `http://${host}` } })).status).toBe(200);
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await local.ask('GET', '/docs', { headers: { host, ...link } })).status).toBe(200);
  });
});
