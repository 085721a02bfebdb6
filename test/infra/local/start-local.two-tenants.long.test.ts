import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createRunClient, hasEnded, type RunClient } from '../../../infra/client/run-client.ts';
import { type LocalServer, startLocal } from '../../../infra/local/start-local.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';

/** Four workers per tenant with one stream each, and one spare worker. */
const environment = {
  LOG_LEVEL: 'silent',
  MAX_LOCAL_WORKERS: '4',
  WARM_LOCAL_WORKERS: '5',
  MAX_STREAMS_PER_WORKER: '1',
  READY_TIMEOUT_MS: '60000',
  LOOPBACK_PORTS: 'any',
  SHUTDOWN_GRACE_MS: '200',
};
const within = { timeout: 100_000, interval: 200 };
const readyTimeoutMs = 60_000;
let provider: ProviderProcess;
let dataDir: string;
let server: LocalServer;
let tenants: RunClient[];

beforeAll(async () => {
  provider = await startProviderProcess({ preset: 'linear' });
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-tenants-'));
  server = await startLocal({ dataDir, port: 0, environment });
  const headers = { authorization: `Bearer ${server.apiKey}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'other', scopes: ['runs:read', 'runs:write'], tenantId: 'new' });
  const created = await fetch(`${server.url}/v1/api-keys`, { method: 'POST', headers, body });
  const { key } = (await created.json()) as { key: string };
  tenants = [createRunClient(server), createRunClient({ ...server, apiKey: key })];
});

afterAll(async () => {
  await server.close();
  await provider.stop();
  await rm(dataDir, { recursive: true });
});

const createRun = async (tenant: number, concurrency: number, requests: number) => {
  const api = tenants[tenant];
  if (api === undefined) throw new Error('There are two tenants');
  const stages = [{ concurrency, requests }];
  const targets = [{ baseUrl: provider.url, model: 'linear' }];
  const load = { mode: 'concurrency', stages, warmupRequests: 0 };
  const { runId } = await api.createRun({ targets, load, check: false });
  const atMs = performance.now();
  const finish = async () => {
    await vi.waitFor(async () => expect(hasEnded(await api.getRun(runId))).toBe(true), within);
    return performance.now() - atMs;
  };
  return { runId, api, finish };
};

test('of two wide runs at once, neither waits out READY_TIMEOUT_MS', { timeout: 120_000 }, async () => {
  const runs = await Promise.all([createRun(0, 4, 4), createRun(1, 4, 4)]);
  const times = await Promise.all(runs.map(({ finish }) => finish()));
  expect(Math.max(...times)).toBeLessThan(readyTimeoutMs);
});

test('the large run of a tenant delays a small run of another tenant by less than 5 s', {
  timeout: 120_000,
}, async () => {
  const small = () => createRun(1, 1, 2);
  const alone = await (await small()).finish();
  const large = await createRun(0, 4, 10_000);
  await vi.waitFor(
    async () => expect((await large.api.getRun(large.runId)).progress.stages[0]?.ok).toBeGreaterThan(0),
    within,
  );
  const shared = await (await small()).finish();
  expect(hasEnded(await large.api.getRun(large.runId))).toBe(false);
  expect(shared - alone).toBeLessThan(5_000);
  await fetch(`${server.url}/v1/runs/${large.runId}/cancel`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.apiKey}` },
  });
  await large.finish();
});
