import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bootstrapApiKey } from '../../../../functions/api/api-keys/create-api-key.ts';
import { createApi } from '../../../../functions/api/app.ts';
import { readDocuments } from '../../../../infra/openapi/read-documents.ts';
import type { ItemTable } from '../../../../shared/adapters/dynamodb/item-table.ts';
import type { Deps } from '../../../../shared/ports.ts';
import { quotaNames } from '../../../../shared/quotas.ts';
import { noUsage } from '../../../../shared/records/run-usage.ts';
import { endRun } from '../../../../shared/runs/end-run.ts';
import { leastSpec } from '../../../support/service/api-bench.ts';
import { createMemoryTable } from '../../../support/simulation/memory-table.ts';
import { createSimulation } from '../../../support/simulation/simulated-deps.ts';
import { countCases } from '../../../support/test-form.ts';

const documents = readDocuments();
const webhooks = [{ url: 'https://hooks.example.com/x', events: ['run.completed'] }];
const bodies = {
  schedules: { cron: '0 6 * * *', spec: leastSpec() },
  'webhook-endpoints': { url: 'https://hooks.example.com/x' },
  credentials: { name: 'a', apiKey: 'sk-example' },
  'api-keys': { name: 'a', scopes: ['runs:read', 'api-keys:write'] },
  'datasets?kind=lines': 'a line of text',
  runs: leastSpec({ webhooks }),
};
type Path = keyof typeof bodies;

/** Creates a table that fails one write: before it is applied, or after, as if the process had been killed then. */
function createFragileTable() {
  const table = createMemoryTable();
  const fault = { writesLeft: Number.POSITIVE_INFINITY, isApplied: false };
  const writes = <Call extends unknown[], Result>(write: (...call: Call) => Promise<Result>) => {
    return async (...call: Call): Promise<Result> => {
      fault.writesLeft -= 1;
      if (fault.writesLeft >= 0) return write(...call);
      fault.writesLeft = Number.POSITIVE_INFINITY;
      if (fault.isApplied) await write(...call);
      throw new Error('killed');
    };
  };
  const { put, update, remove } = table;
  const fragile: ItemTable = { ...table, put: writes(put), update: writes(update), remove: writes(remove) };
  return { fragile, fault };
}

async function open() {
  const { fragile, fault } = createFragileTable();
  const limits = { rateLimitPerMinute: 1e6, tenantRateLimitPerMinute: 1e6 };
  const { deps: simulated, pass } = createSimulation(limits, fragile);
  const secrets = { seal: async (text: string) => text, open: async (text: string) => text };
  const deps: Deps = { ...simulated, secrets };
  const app = createApi(deps, documents);
  const { key, tenantId } = await bootstrapApiKey(deps);
  const tenants = new Set([tenantId]);
  const made: { path: string; key: string }[] = [];
  let last: { path: Path; body: unknown; by: string; idempotencyKey: string } | null = null;
  const ask = async (method: string, path: string, body?: unknown, sent: Record<string, string> = {}, by = key) => {
    const type = typeof body === 'string' ? 'text/plain' : 'application/json';
    const headers = { authorization: `Bearer ${by}`, 'content-type': type, ...sent };
    const text = typeof body === 'string' ? body : (JSON.stringify(body) ?? null);
    return app.request(path, { method, headers, body: text });
  };
  const post = async ({ path, body, by, idempotencyKey }: NonNullable<typeof last>) => {
    const answer = await ask('POST', `/v1/${path}`, body, { 'idempotency-key': idempotencyKey }, by);
    if (answer.status >= 300) return answer.status;
    const { tenantId: owner = tenantId, key: own = '' } = (await answer.json()) as { tenantId?: string; key?: string };
    tenants.add(owner);
    const location = answer.headers.get('location') ?? '';
    made.push({ path: location, key: own });
    const run = path === 'runs' ? await deps.runs.get(location.split('/').at(-1) ?? '') : null;
    for (const id of run?.webhookEndpointIds ?? []) made.push({ path: `/v1/webhook-endpoints/${id}`, key: '' });
    return answer.status;
  };
  const create = (path: Path, isForeign: boolean, by = '') => {
    const isKey = path === 'api-keys';
    const body = isForeign && isKey ? { ...bodies[path], tenantId: 'new' } : bodies[path];
    last = { path, body, by: (isKey && by) || key, idempotencyKey: deps.ids.next('request') };
    return post(last);
  };
  const retry = async () => (last === null ? 0 : post(last));
  const end = async (runId: string) => {
    await deps.runs.update(runId, { status: 'queued' }, { status: 'finalizing' }).catch(() => null);
    const facts = { status: 'completed', failure: null, verdict: null, trust: 'ok' } as const;
    const ending = () => endRun(deps, runId, { ...facts, trustReasons: [], usage: noUsage }).catch(() => undefined);
    await Promise.all([ending(), ending()]);
  };
  return { deps, fault, tenants, pass, ask, create, retry, end, made };
}

const operation = fc.record({
  kind: fc.constantFrom('create', 'create', 'delete', 'delete', 'end', 'end', 'wait'),
  path: fc.constantFrom('runs' as const, ...(Object.keys(bodies) as Path[])),
  index: fc.nat({ max: 5 }),
  times: fc.integer({ min: 1, max: 3 }),
  isRetry: fc.nat({ max: 3 }).map((roll) => roll === 0),
  isForeign: fc.boolean(),
  fault: fc.option(fc.record({ writesLeft: fc.nat({ max: 12 }), isApplied: fc.boolean() }), { freq: 3 }),
});

async function perform(operations: readonly (typeof operation extends fc.Arbitrary<infer T> ? T : never)[]) {
  const bench = await open();
  for (const { kind, path, index, times, isRetry, isForeign, fault } of operations) {
    const chosen = bench.made[index % Math.max(1, bench.made.length)];
    Object.assign(bench.fault, fault ?? {});
    if (kind === 'wait') await bench.pass(31_000);
    if (kind === 'create') await (isRetry ? bench.retry() : bench.create(path, isForeign, chosen?.key));
    if (kind === 'end' && chosen?.path.includes('/runs/')) await bench.end(chosen.path.split('/').at(-1) ?? '');
    if (kind === 'delete' && chosen !== undefined) {
      const query = chosen.path.includes('api-keys') ? '?cascade=true' : '';
      await Promise.all(Array.from({ length: times }, () => bench.ask('DELETE', `${chosen.path}${query}`)));
    }
    bench.fault.writesLeft = Number.POSITIVE_INFINITY;
  }
  return listUses(bench);
}

async function listUses(bench: Awaited<ReturnType<typeof open>>) {
  const uses: { tenantId: string; name: string; used: number; measured: number }[] = [];
  for (const tenantId of bench.tenants)
    for (const name of quotaNames) {
      const stored = await bench.deps.usage.get(tenantId, name);
      const measured = await bench.deps.usage.measure(tenantId, name, bench.deps.clock.nowMs());
      if (stored !== null) uses.push({ tenantId, name, used: stored.used, measured });
    }
  return uses;
}

test('after any operations, each counter is equal to what it counts', async () => {
  const operations = fc.array(
    operation.map((one) => ({ ...one, fault: null })),
    { minLength: 10, maxLength: 40 },
  );
  const property = fc.asyncProperty(operations, async (list) => {
    for (const { used, measured, name } of await perform(list))
      expect({ name, used }).toEqual({ name, used: measured });
  });
  await fc.assert(property, { numRuns: countCases(32) });
});

test('after a kill at any write, no counter is too low', async () => {
  const property = fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 40 }), async (list) => {
    for (const { used, measured } of await perform(list)) expect(used).toBeGreaterThanOrEqual(measured);
  });
  await fc.assert(property, { numRuns: countCases(32) });
});

test('parallel deletions of a run give back one stored run', async () => {
  const bench = await open();
  for (let i = 0; i < 3; i++) await bench.create('runs', false);
  const { path = '' } = bench.made.find((one) => one.path.includes('/runs/')) ?? {};
  await bench.end(path.split('/').at(-1) ?? '');
  await Promise.all([1, 2, 3].map(() => bench.ask('DELETE', path)));
  const uses = await listUses(bench);
  expect(uses.find(({ name }) => name === 'storedRuns')).toMatchObject({ used: 2, measured: 2 });
});

test.each(Object.keys(bodies) as Path[])(
  'a retry counts once after a kill before the answer was stored: %s',
  async (path) => {
    const bench = await open();
    const { complete } = bench.deps.idempotency;
    bench.deps.idempotency.complete = () => Promise.reject(new Error('killed'));
    expect(await bench.create(path, false)).toBe(path.startsWith('datasets') ? 201 : 500);
    bench.deps.idempotency.complete = complete;
    await bench.pass(31_000);
    expect(await bench.retry()).toBeLessThan(300);
    const uses = await listUses(bench);
    expect(uses.map(({ used }) => used)).toEqual(uses.map(({ measured }) => measured));
  },
);
