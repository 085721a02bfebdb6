import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

const list = async (query = '', key = bench.key) => bench.ask('GET', `/v1/audit-events${query}`, { key });
const latest = async () => (await list('?limit=1')).json.items[0];

describe('the audit log', () => {
  test('has the caller, the operation, the resource, and the result of a write', async () => {
    const made = await bench.ask('POST', '/v1/runs', { body: leastSpec() });
    const { items } = (await bench.ask('GET', '/v1/api-keys')).json;
    const [{ apiKeyId }] = items;
    expect(await latest()).toMatchObject({
      apiKeyId,
      operationId: 'createRun',
      resourceId: made.json.runId,
      status: 202,
      requestId: made.headers.get('x-request-id'),
    });
    const canceled = await bench.ask('POST', `/v1/runs/${made.json.runId}/cancel`);
    expect(await latest()).toMatchObject({ operationId: 'cancelRun', resourceId: made.json.runId, status: 202 });
    expect((await latest()).requestId).toBe(canceled.headers.get('x-request-id'));
  });

  test('has refused writes, reads of secrets, and no other reads', async () => {
    const reader = await bench.keyWith(['runs:read']);
    await bench.ask('POST', '/v1/runs', { key: reader, body: leastSpec() });
    expect(await latest()).toMatchObject({ operationId: 'createRun', resourceId: null, status: 403 });
    await bench.ask('POST', '/v1/runs', { body: { targets: [] } });
    expect(await latest()).toMatchObject({ operationId: 'createRun', resourceId: null, status: 422 });
    const body = { url: 'https://hooks.example.com/x' };
    const { webhookEndpointId } = (await bench.ask('POST', '/v1/webhook-endpoints', { body })).json;
    await bench.ask('GET', `/v1/webhook-endpoints/${webhookEndpointId}/secret`);
    const secret = { operationId: 'getWebhookSecret', resourceId: webhookEndpointId, status: 200 };
    expect(await latest()).toMatchObject(secret);
    await bench.ask('GET', '/v1/runs');
    await bench.ask('POST', '/v1/runs', { key: null, body: leastSpec() });
    expect(await latest()).toMatchObject(secret);
  });

  test('names no text of a request, not even an id that does not have the form of one', async () => {
    await bench.ask('POST', '/v1/runs/sk-canary-in-the-path/cancel', { body: { apiKey: 'sk-canary-in-the-body' } });
    expect(await latest()).toMatchObject({ operationId: 'cancelRun', resourceId: null, status: 404 });
    expect(await bench.dump()).not.toContain('sk-canary');
  });

  test('names each run of a bulk deletion, and none that stayed or of a dry run', async () => {
    const create = async () => (await bench.ask('POST', '/v1/runs', { body: leastSpec({ name: 'bulk' }) })).json.runId;
    const [gone, kept]: string[] = [await create(), await create()];
    await bench.deps.runs.update(gone ?? '', {}, { status: 'completed' });
    for (const dryRun of [true, false])
      await bench.ask('POST', '/v1/runs/bulk-delete', { body: { runIds: [gone, kept], dryRun } });
    const { items } = (await list('?operationId=deleteRuns')).json;
    expect(items.map(({ resourceId }: { resourceId: string }) => resourceId)).toEqual([null, gone, null]);
    expect(items[1].requestId).toBe(items[0].requestId);
  });

  test('names each key that a cascading revocation revoked', async () => {
    const body = { name: 'k', scopes: ['api-keys:write'] };
    const create = async (key: string) => (await bench.ask('POST', '/v1/api-keys', { key, body })).json;
    const parent = await create(bench.key);
    const child = await create(parent.key);
    const grandchild = await create(child.key);
    await bench.ask('DELETE', `/v1/api-keys/${parent.apiKeyId}?cascade=true`);
    const { items } = (await list('?operationId=revokeApiKey')).json;
    const revoked = items.map(({ resourceId }: { resourceId: string }) => resourceId);
    expect(revoked).toEqual([parent, grandchild, child].map(({ apiKeyId }) => apiKeyId));
  });

  test('is filtered, and is visible only to administrators of the tenant', async () => {
    const { apiKeyId, key } = (await bench.ask('POST', '/v1/api-keys', { body: { name: 'k', scopes: ['runs:write'] } }))
      .json;
    const { runId } = (await bench.ask('POST', '/v1/runs', { key, body: leastSpec() })).json;
    const find = async (query: string) =>
      (await list(query)).json.items.map(({ operationId }: { operationId: string }) => operationId);
    expect(await find(`?apiKeyId=${apiKeyId}`)).toEqual(['createRun']);
    expect(await find(`?resourceId=${apiKeyId}`)).toEqual(['createApiKey']);
    expect(await find(`?operationId=createRun&resourceId=${runId}`)).toEqual(['createRun']);
    expect(await find(`?createdBefore=2020-01-01T00:00:00.000Z`)).toEqual([]);
    expect((await list('', key)).status).toBe(403);
    expect((await list('', await bench.foreignKey())).json.items).toEqual([]);
  });
});

test('a key shows its last use, and a request does not wait for the write', async () => {
  const { apiKeyId, key } = (await bench.ask('POST', '/v1/api-keys', { body: { name: 'k', scopes: ['runs:read'] } }))
    .json;
  const read = async () => (await bench.ask('GET', `/v1/api-keys/${apiKeyId}`)).json.lastUsedAt;
  expect(await read()).toBeNull();
  await bench.ask('GET', '/v1/runs', { key });
  await expect.poll(read).not.toBeNull();
  expect(Math.abs(Date.parse(await read()) - Date.now())).toBeLessThan(60_000);
});
