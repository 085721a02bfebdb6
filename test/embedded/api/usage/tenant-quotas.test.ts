import { afterAll, beforeAll, expect, test } from 'vitest';
import { noUsage, type RunUsage } from '../../../../shared/records/run-usage.ts';
import { endRun } from '../../../../shared/runs/end-run.ts';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench();
});
afterAll(() => bench.close());

/** Creates a tenant with these limits. */
async function openTenant(quotas: Record<string, number>) {
  const body = { name: 't', scopes: ['runs:read', 'runs:write'], tenantId: 'new' };
  const { key, tenantId } = (await bench.ask('POST', '/v1/api-keys', { body })).json;
  const limit = (to: Record<string, number>) =>
    bench.ask('PUT', `/v1/tenants/${tenantId}/quotas`, { body: { quotas: to } });
  await limit(quotas);
  const create = (change: Record<string, unknown> = {}) =>
    bench.ask('POST', '/v1/runs', { key, body: leastSpec(change) });
  const createWith = (concurrency: number, requests: number, change: Record<string, unknown> = {}) =>
    create({ ...change, load: { mode: 'concurrency', stages: [{ concurrency, requests }], warmupRequests: 0 } });
  const end = async (runId: string, used: Partial<RunUsage> = {}) => {
    await bench.deps.runs.update(runId, {}, { status: 'finalizing' });
    const facts = { failure: null, verdict: null, trust: null, trustReasons: [] };
    await endRun(bench.deps, runId, { ...facts, status: 'completed', usage: { ...noUsage, ...used } });
  };
  const readUse = async (name: string) => {
    const { quotas: uses } = (await bench.ask('GET', '/v1/usage', { key })).json;
    return uses.find((use: { name: string }) => use.name === name)?.used ?? null;
  };
  return { tenantId, limit, create, createWith, end, readUse };
}

test('a limit of a tenant holds instead of that of the deployment, for this tenant only, and the error says who raises it', async () => {
  const [narrow, other] = [await openTenant({ activeRuns: 1 }), await openTenant({})];
  expect((await narrow.create()).status).toBe(202);
  const refused = await narrow.create();
  expect(refused.json).toMatchObject({ code: 'QUOTA_EXCEEDED', detail: expect.stringContaining('1 of at most 1 ') });
  expect(refused.json.faults[0].remedy).toContain('PUT /v1/tenants/{tenantId}/quotas');
  for (let run = 0; run < 2; run++) expect((await other.create()).status).toBe(202);
  await narrow.limit({});
  expect((await narrow.create()).status).toBe(202);
  const { quotas } = (await bench.ask('GET', `/v1/tenants/${narrow.tenantId}/quotas`)).json;
  expect(quotas).toContainEqual(expect.objectContaining({ name: 'activeRuns', used: 2 }));
});

test('the streams of active runs have a limit, and a run that ends gives its streams back', async () => {
  const { createWith, end, readUse } = await openTenant({ streams: 64 });
  const first = await createWith(40, 40);
  expect((await createWith(25, 25)).json.code).toBe('QUOTA_EXCEEDED');
  expect((await createWith(24, 24)).status).toBe(202);
  await end(first.json.runId);
  expect(await readUse('streams')).toBe(24);
  expect((await createWith(40, 40)).status).toBe(202);
});

test('requests of a day have a limit: planned requests of active runs, and sent ones of others', async () => {
  const { createWith, end, readUse } = await openTenant({ requestsPerDay: 300 });
  const first = await createWith(1, 200);
  expect((await createWith(1, 101)).json.detail).toContain('200 of at most 300 requests');
  await end(first.json.runId, { requests: 40 });
  expect(await readUse('requestsPerDay')).toBe(40);
  expect((await createWith(1, 260)).status).toBe(202);
  expect((await createWith(1, 1)).status).toBe(429);
});

test('the cost of a month has a limit, which each run needs a cost limit for', async () => {
  const { create, end, readUse } = await openTenant({ centsPerMonth: 500 });
  const missing = await create();
  expect([missing.status, missing.json.faults[0].pointer]).toEqual([422, '/limits/maxCostUsd']);
  const priced = (maxCostUsd: number) => {
    const pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 1 };
    const targets = [{ baseUrl: 'https://api.example.com/v1', model: 'm', pricing }];
    return create({ targets, limits: { maxCostUsd } });
  };
  const first = await priced(3);
  expect(first.status).toBe(202);
  expect((await priced(2.01)).status).toBe(429);
  await end(first.json.runId, { nanoUsd: 1_000_000_001 });
  expect(await readUse('centsPerMonth')).toBe(101);
  expect((await priced(3.99)).status).toBe(202);
});

test('concurrent creations never exceed a limit, and a limit counts runs that existed before it', async () => {
  const { limit, createWith, readUse } = await openTenant({});
  expect((await createWith(30, 30)).status).toBe(202);
  expect(await readUse('streams')).toBeNull();
  await limit({ streams: 64 });
  const answers = await Promise.all(Array.from({ length: 12 }, () => createWith(10, 10)));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(3);
  expect(await readUse('streams')).toBe(60);
});
