import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { endpoints } from '../../../../functions/api/endpoints.ts';
import { type ApiScope, apiScopes } from '../../../../shared/records/records.ts';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';
import { createTenantResources } from '../../../support/service/tenant-resources.ts';

let bench: ApiBench;
/** Path parameters that name resources of the bench's tenant. */
let own: Record<string, string>;

beforeAll(async () => {
  bench = await openApiBench();
  own = await createTenantResources(bench);
});
afterAll(() => bench.close());

const guarded = endpoints
  .filter(({ scope }) => scope !== null)
  .map(({ method, path, body, scope }) => ({
    method: method.toUpperCase(),
    path,
    scope: scope ?? 'admin',
    body,
  }));
const fillPath = (path: string) => path.replace(/\{(\w+)\}/g, (_, name: string) => own[name] ?? '');
const bodyOf = ({ body }: { body?: unknown }) => (body === undefined ? {} : { body: {} });

describe.each(guarded)('$method $path', (endpoint) => {
  const { method, path, scope } = endpoint;

  test('rejects a request without a key', async () => {
    const answer = await bench.ask(method, fillPath(path), { key: null, ...bodyOf(endpoint) });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  test('rejects a malformed key, a modified key and another scheme', async () => {
    const garbage = [
      'Bearer nonsense',
      `Bearer ${bench.key.slice(0, -1)}${bench.key.endsWith('A') ? 'B' : 'A'}`,
      `Basic ${btoa('user:pass')}`,
      `Bearer ${bench.key} ${bench.key}`,
    ];
    for (const authorization of garbage) {
      const answer = await bench.ask(method, fillPath(path), { headers: { authorization }, ...bodyOf(endpoint) });
      expect(answer.status).toBe(401);
    }
  });

  test('rejects a key without the scope, and the error contains the scope', async () => {
    const others = apiScopes.filter((other): other is ApiScope => other !== scope && other !== 'admin');
    const answer = await bench.ask(method, fillPath(path), { key: await bench.keyWith(others), ...bodyOf(endpoint) });
    expect(answer.status).toBe(403);
    expect(answer.json.detail).toContain(scope);
  });

  test('rejects a revoked key immediately', async () => {
    const made = (await bench.ask('POST', '/v1/api-keys', { body: { name: 'k', scopes: [scope] } })).json;
    await bench.ask('DELETE', `/v1/api-keys/${made.apiKeyId}`);
    const answer = await bench.ask(method, fillPath(path), { key: made.key, ...bodyOf(endpoint) });
    expect(answer.status).toBe(401);
  });
});

/** A PUT creates a resource of the caller's tenant, and administrators may reach all tenants, so both always find one. */
const owned = guarded.filter(({ method, path, scope }) => path.includes('{') && method !== 'PUT' && scope !== 'admin');

describe.each(owned)('$method $path of another tenant', (endpoint) => {
  const { method, path } = endpoint;
  const change = { schedules: { paused: true }, runs: { pinned: true } }[path.split('/')[2] ?? ''] ?? {
    disabled: true,
  };
  const body = method === 'PATCH' ? { body: change } : bodyOf(endpoint);

  test('returns NOT_FOUND', async () => {
    const foreign = await bench.ask(method, fillPath(path), { key: await bench.foreignKey(), ...body });
    expect(foreign.status).toBe(404);
    const before = await bench.dump();
    const missing = path.replace(/\{(\w+)\}/g, (_, name: string) => `${own[name]?.slice(0, 4)}${'0'.repeat(26)}`);
    const absent = await bench.ask(method, missing, body);
    expect(absent.status).toBe(404);
    expect(absent.json.title).toBe(foreign.json.title);
    expect(before).toContain(own['runId']);
  });

  test('returns NOT_FOUND for a malformed id', async () => {
    for (const name of ['x', '..%2f..', 'run_%00', `run_${'z'.repeat(5_000)}`, '%F0%9F%92%A9']) {
      const answer = await bench.ask(method, path.replace(/\{\w+\}/g, name), body);
      expect(answer.status).toBe(404);
    }
  });
});

test('lists of another tenant are empty', async () => {
  const key = await bench.foreignKey();
  for (const path of ['/v1/runs', '/v1/datasets', '/v1/credentials', '/v1/webhook-endpoints', '/v1/schedules'])
    expect((await bench.ask('GET', path, { key })).json.items).toEqual([]);
});

test('a cursor of another tenant or an invalid cursor is rejected', async () => {
  await bench.ask('POST', '/v1/runs', { body: leastSpec() });
  const { cursor } = (await bench.ask('GET', '/v1/runs?limit=1')).json;
  const key = await bench.foreignKey();
  for (const tried of [cursor, 'garbage', `${cursor}x`]) {
    const answer = await bench.ask('GET', `/v1/runs?cursor=${encodeURIComponent(tried)}`, { key });
    expect(answer.status).toBe(400);
    expect(answer.json.faults[0].pointer).toBe('?cursor');
  }
});

test('a run cannot use a credential of another tenant', async () => {
  const targets = [{ baseUrl: 'https://a.example.com', model: 'm', credentialId: own['credentialId'] }];
  const answer = await bench.ask('POST', '/v1/runs', { key: await bench.foreignKey(), body: { targets } });
  expect(answer.status).toBe(422);
  expect(answer.json.faults[0].pointer).toBe('/targets/0/credentialId');
});

test('a run cannot use a dataset of another tenant', async () => {
  const body = leastSpec({ workload: { kind: 'dataset', datasetId: own['datasetId'] } });
  expect((await bench.ask('POST', '/v1/runs', { body })).status).toBe(202);
  const answer = await bench.ask('POST', '/v1/runs', { key: await bench.foreignKey(), body });
  expect(answer.status).toBe(422);
  expect(answer.json.faults[0].pointer).toBe('/workload/datasetId');
});

test('only health, the OpenAPI document, its page, and the exchange of OIDC tokens are public', () => {
  const open = endpoints.filter(({ scope }) => scope === null).map(({ path }) => path);
  expect(open).toEqual(['/v1/oidc-tokens', '/healthz', '/openapi.yaml', '/openapi.json', '/openapi-3.0.json', '/docs']);
});
