import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noUsage } from '../../../../shared/records/run-usage.ts';
import { endRun } from '../../../../shared/runs/end-run.ts';
import { type ApiBench, leastSpec, openApiBench } from '../../../support/service/api-bench.ts';

const limits = {
  MAX_ACTIVE_RUNS_PER_TENANT: '20',
  MAX_STORED_RUNS_PER_TENANT: '25',
  MAX_DATASETS_PER_TENANT: '2',
  MAX_DATASET_BYTES_PER_TENANT: '10',
  MAX_SCHEDULES_PER_TENANT: '1',
  MAX_WEBHOOK_ENDPOINTS_PER_TENANT: '1',
  MAX_CREDENTIALS_PER_TENANT: '1',
  MAX_API_KEYS_PER_TENANT: '2',
};

let bench: ApiBench;
beforeAll(async () => {
  bench = await openApiBench(limits);
});
afterAll(() => bench.close());

const upload = (raw: string) =>
  bench.ask('POST', '/v1/datasets?kind=lines', { raw, headers: { 'content-type': 'text/plain' } });
const readUse = async () => {
  const { quotas } = (await bench.ask('GET', '/v1/usage')).json;
  return Object.fromEntries(quotas.map(({ name, used }: { name: string; used: number }) => [name, used]));
};

test('61 concurrent creations start exactly as many runs as the limit allows', async () => {
  const create = () => bench.ask('POST', '/v1/runs', { body: leastSpec() });
  const answers = await Promise.all(Array.from({ length: 61 }, create));
  const started = answers.filter(({ status }) => status === 202);
  expect(started).toHaveLength(20);
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 429]));
  expect(await readUse()).toMatchObject({ activeRuns: 20, storedRuns: 20 });

  const runId: string = started[0]?.json.runId;
  await bench.deps.runs.update(runId, {}, { status: 'finalizing' });
  await endRun(bench.deps, runId, {
    status: 'completed',
    failure: null,
    verdict: null,
    trust: 'ok',
    trustReasons: [],
    usage: noUsage,
  });
  expect(await readUse()).toMatchObject({ activeRuns: 19, storedRuns: 20 });
  expect((await create()).status).toBe(202);
  expect((await create()).status).toBe(429);
  await bench.ask('DELETE', `/v1/runs/${runId}`);
  expect(await readUse()).toMatchObject({ activeRuns: 20, storedRuns: 20 });
});

describe('each kind of resource has a limit, and a deletion makes room', () => {
  test.each([
    ['schedules', { cron: '0 6 * * *', spec: leastSpec() }, 'scheduleId', 1],
    ['webhook-endpoints', { url: 'https://hooks.example.com/x' }, 'webhookEndpointId', 1],
    ['credentials', { name: 'a', apiKey: 'sk-example' }, 'credentialId', 1],
    ['api-keys', { name: 'a', scopes: ['runs:read'] }, 'apiKeyId', 1],
  ])('%s', async (path, body, idField, free) => {
    const create = () => bench.ask('POST', `/v1/${path}`, { body });
    const made = await Promise.all(Array.from({ length: 5 }, create));
    expect(made.filter(({ status }) => status === 201)).toHaveLength(free);
    const refused = made.find(({ status }) => status === 429);
    expect(refused?.json).toMatchObject({ code: 'QUOTA_EXCEEDED' });
    expect(refused?.json.faults[0].remedy).toMatch(/The operator can raise MAX_\w+_PER_TENANT$/);
    const id = made.find(({ status }) => status === 201)?.json[idField];
    expect((await bench.ask('DELETE', `/v1/${path}/${id}`)).status).toBe(204);
    expect((await create()).status).toBe(201);
  });

  test('datasets, by count and by bytes', async () => {
    const first = await upload('12345');
    expect(first.status).toBe(201);
    expect((await upload('12345')).status).toBe(200);
    expect((await upload('123456')).json).toMatchObject({
      code: 'QUOTA_EXCEEDED',
      detail: expect.stringContaining('5 of at most 10 bytes of all datasets, and this request would add 6'),
    });
    expect(await readUse()).toMatchObject({ datasets: 1, datasetBytes: 5 });
    expect((await upload('1')).status).toBe(201);
    expect((await upload('2')).json.detail).toContain('2 of at most 2 datasets');
    await bench.ask('DELETE', `/v1/datasets/${first.json.datasetId}`);
    expect(await readUse()).toMatchObject({ datasets: 1, datasetBytes: 1 });
  });
});

test('shows each limit with what raises it', async () => {
  const { quotas, requestsPerMinute } = (await bench.ask('GET', '/v1/usage')).json;
  expect(
    Object.fromEntries(quotas.map((quota: { setting: string; limit: number }) => [quota.setting, String(quota.limit)])),
  ).toEqual(limits);
  expect(requestsPerMinute).toEqual({ perKey: 1_000_000, perTenant: 10_000_000 });
});

test('all keys of a tenant share a rate limit, which another tenant does not use up', async () => {
  const narrow = await openApiBench({ TENANT_RATE_LIMIT_PER_MINUTE: '3' });
  const [other, foreign] = [await narrow.keyWith(['runs:read']), await narrow.foreignKey()];
  const list = (key: string) => narrow.ask('GET', '/v1/runs', { key });
  expect([await list(narrow.key), await list(other), await list(other)].map(({ status }) => status)).toEqual([
    200, 200, 429,
  ]);
  expect((await list(foreign)).status).toBe(200);
  const refused = await list(narrow.key);
  expect(refused.json.faults).toEqual([
    {
      pointer: 'header:authorization',
      fault: 'All keys of the tenant together sent 5 requests in this minute. The limit is 3',
      remedy: expect.stringMatching(
        /^Send fewer requests, or wait \d+ s\. The operator can raise TENANT_RATE_LIMIT_PER_MINUTE$/,
      ),
    },
  ]);
  expect(refused.headers.get('ratelimit-limit')).toBe('3');
  expect(refused.headers.get('ratelimit-remaining')).toBe('0');
  await narrow.close();
});

describe('the usage by day', () => {
  const usage = { requests: 12, inputTokens: 6_600, outputTokens: 1_800, nanoUsd: 8_400_000, unpricedRequests: 0 };
  const read = (query = '') => bench.ask('GET', `/v1/usage/days${query}`);

  test('has the runs, requests, tokens, and cost of each day, and is not part of another tenant', async () => {
    const { dailyUsage, ids } = bench.deps;
    const [older, newer] = [Date.UTC(2026, 0, 30, 12), Date.UTC(2026, 0, 31, 12)];
    for (const atMs of [older, newer, newer]) await dailyUsage.add(bench.tenantId, ids.next('run'), atMs, usage);
    const { nanoUsd: _, ...tokens } = usage;
    const double = { requests: 24, inputTokens: 13_200, outputTokens: 3_600, unpricedRequests: 0 };
    expect((await read('?from=2026-01-01&to=2026-01-31')).json.items).toEqual([
      { date: '2026-01-30', runs: 1, ...tokens, costUsd: 0.0084 },
      { date: '2026-01-31', runs: 2, ...double, costUsd: 0.0168 },
    ]);
    const query = '?from=2026-01-31&to=2026-01-31';
    expect((await read(query)).json.items).toHaveLength(1);
    const key = await bench.foreignKey();
    expect((await bench.ask('GET', `/v1/usage/days${query}`, { key })).json.items).toEqual([]);
  });

  test.each([
    ['?from=2026-02-01&to=2026-01-31', 'is after the last day'],
    ['?from=2025-01-01&to=2026-01-31', 'is 395 days before the last day'],
  ])('of the period %s is refused with the reason', async (query, fault) => {
    const { status, json } = await read(query);
    expect([status, json.faults[0].pointer, json.faults[0].fault]).toEqual([400, '?from', fault]);
  });

  test('covers the last 30 days by default', async () => {
    expect((await read()).status).toBe(200);
  });
});
