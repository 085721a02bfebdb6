import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { type ClientRun, createRunClient, hasEnded, type RunClient } from '../../../infra/client/run-client.ts';
import { type LocalServer, startLocal } from '../../../infra/local/start-local.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';

/** Short timeouts, so that lost work is retried soon. */
const environment = {
  LOG_LEVEL: 'silent',
  WARM_LOCAL_WORKERS: '1',
  LOOPBACK_PORTS: 'any',
  SHUTDOWN_GRACE_MS: '200',
  SUPERVISOR_INTERVAL_MS: '300',
  HEARTBEAT_MS: '250',
  LEASE_MS: '2000',
  BLOCK_FLUSH_MS: '100',
};
const requests = 60;
const within = { timeout: 50_000, interval: 150 };
let provider: ProviderProcess;
let dataDir: string;
let server: LocalServer;
let api: RunClient;

beforeAll(async () => {
  provider = await startProviderProcess({ preset: 'fast' });
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-run-'));
  await start();
});

afterAll(async () => {
  await server.close();
  await provider.stop();
  await rm(dataDir, { recursive: true });
});

async function start(): Promise<void> {
  server = await startLocal({ dataDir, port: 0, environment });
  api = createRunClient(server);
}

function createRun(): Promise<ClientRun> {
  return api.createRun({
    targets: [{ baseUrl: provider.url, model: 'fast' }],
    load: { mode: 'concurrency', stages: [{ concurrency: 4, requests }], warmupRequests: 2 },
  });
}

async function waitForEnded(runId: string, count: number): Promise<void> {
  await vi.waitFor(async () => {
    const { progress } = await api.getRun(runId);
    expect(progress.stages[0]?.ok).toBeGreaterThanOrEqual(count);
  }, within);
}

/** Waits for the end of the run. Returns the request indices of its samples in order, and the number of attempts. */
async function finish(runId: string): Promise<{ indices: number[]; attempts: number }> {
  await vi.waitFor(async () => expect(hasEnded(await api.getRun(runId))).toBe(true), within);
  const report = readReport(await api.getReport(runId, ''));
  expect(report.stages[0]?.counts).toMatchObject({ planned: requests, ok: requests });
  const response = await fetch(`${server.url}/v1/runs/${runId}/samples.ndjson?limit=200`, {
    headers: { authorization: `Bearer ${server.apiKey}`, accept: 'application/x-ndjson' },
  });
  const sampleSchema = z.object({ requestIndex: z.number(), warmup: z.boolean(), attempt: z.number() });
  const lines = (await response.text()).trim().split('\n');
  const samples = lines.map((line) => sampleSchema.parse(JSON.parse(line))).filter(({ warmup }) => !warmup);
  return {
    indices: samples.map(({ requestIndex }) => requestIndex).toSorted((a, b) => a - b),
    attempts: new Set(samples.map(({ attempt }) => attempt)).size,
  };
}

const everyIndexOnce = Array.from({ length: requests }, (_, index) => index);

// Loading a worker takes one second, or many on a busy machine.
describe('a run on one machine', { timeout: 60_000 }, () => {
  test('continues after a worker is killed: another takes its batch after the lease, and no stored sample is lost', async () => {
    const { runId } = await createRun();
    await waitForEnded(runId, 20);
    const [busiest] = server.workerPids();
    process.kill(busiest ?? 0, 'SIGKILL');
    const { indices, attempts } = await finish(runId);
    expect(indices).toEqual(everyIndexOnce);
    expect(attempts).toBeGreaterThan(1);
  });

  test('resumes by itself at the next start after the service was stopped', async () => {
    const { runId } = await createRun();
    await waitForEnded(runId, 20);
    await server.close();
    await start();
    const { indices, attempts } = await finish(runId);
    expect(indices).toEqual(everyIndexOnce);
    expect(attempts).toBeGreaterThan(1);
  });
});
