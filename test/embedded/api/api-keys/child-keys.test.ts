import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiBench, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
let nowMs = Date.now();
beforeAll(async () => {
  const plain = await openApiBench();
  bench = await openApiBench({}, { clock: { ...plain.deps.clock, nowMs: () => nowMs } });
  await plain.close();
});
afterAll(() => bench.close());

type Key = { apiKeyId: string; tenantId: string; key: string; expiresAt: string | null };
const scopes = ['runs:read', 'api-keys:read', 'api-keys:write'];
const later = (hours: number) => new Date(nowMs + hours * 3_600_000).toISOString();

async function make(parent: Key | null, body: Record<string, unknown> = {}): Promise<Key> {
  const caller = parent === null ? {} : { key: parent.key };
  const answer = await bench.ask('POST', '/v1/api-keys', { body: { name: 'k', scopes, ...body }, ...caller });
  expect(answer.status).toBe(201);
  return answer.json;
}

async function revoke({ apiKeyId }: Key, query = '', caller: { key?: string } = {}): Promise<number> {
  return (await bench.ask('DELETE', `/v1/api-keys/${apiKeyId}${query}`, caller)).status;
}

async function listWorking(keys: readonly Key[]): Promise<Key[]> {
  const answers = await Promise.all(keys.map(({ key }) => bench.ask('GET', '/v1/runs', { key })));
  return keys.filter((_, index) => answers[index]?.status === 200);
}

describe('a key that another key created', () => {
  test('never outlives it', async () => {
    const parent = await make(null, { expiresAt: later(2) });
    const [silent, long, short] = [
      await make(parent),
      await make(parent, { expiresAt: later(9) }),
      await make(parent, { expiresAt: later(1) }),
    ];
    expect([silent, long, short].map(({ expiresAt }) => expiresAt)).toEqual([later(2), later(2), later(1)]);
    const grandchild = await make(silent);
    expect(await listWorking([grandchild])).toEqual([grandchild]);
    nowMs += 2 * 3_600_000;
    expect(await listWorking([parent, silent, long, short, grandchild])).toEqual([]);
  });

  test('stays valid when it is revoked, unless the revocation cascades', async () => {
    const parent = await make(null);
    const child = await make(parent);
    const [grandchild, sibling, other] = [await make(child), await make(parent), await make(null)];
    expect(await revoke(child)).toBe(204);
    expect(await listWorking([parent, child, grandchild, sibling, other])).toEqual([
      parent,
      grandchild,
      sibling,
      other,
    ]);
    expect(await revoke(parent, '?cascade=true')).toBe(204);
    expect(await listWorking([parent, child, grandchild, sibling, other])).toEqual([other]);
    expect(await revoke(parent, '?cascade=true')).toBe(404);
    expect(await revoke(other, '?cascade=yes')).toBe(400);
  });

  test('is revoked in another tenant only by a caller with admin', async () => {
    const admin = await make(null, { scopes: ['admin'] });
    const foreign = await make(admin, { tenantId: 'new' });
    const [own, manager] = [await make(admin), await make(null)];
    expect(await revoke(admin, '?cascade=true', { key: manager.key })).toBe(204);
    expect(await listWorking([foreign, own])).toEqual([foreign]);
    expect(await revoke(admin, '?cascade=true')).toBe(204);
    expect(await listWorking([foreign])).toEqual([]);
  });

  test('is not created if its parent is revoked during the request', async () => {
    const parent = await make(null);
    const { apiKeys } = bench.deps;
    const create = apiKeys.create;
    apiKeys.create = async (record) => {
      apiKeys.create = create;
      await revoke(parent, '?cascade=true');
      await create(record);
    };
    const body = { name: 'late', scopes: ['runs:read'] };
    expect((await bench.ask('POST', '/v1/api-keys', { body, key: parent.key })).status).toBe(401);
    const { items } = (await bench.ask('GET', '/v1/api-keys')).json;
    expect(items.map(({ name }: { name: string }) => name)).not.toContain('late');
  });
});
