import { execFile } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { serve } from '@hono/node-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { finalizeRun } from '../../functions/finalizer/finalize-run.ts';
import { type ApiBench, openApiBench } from '../support/service/api-bench.ts';
import { createClient } from './create-client.ts';
import { driveRun } from './drive-run.ts';
import { generateClient } from './generate-client.ts';

let bench: ApiBench;
let server: ReturnType<typeof serve>;
let url: string;
/** Number of requests without a response. */
let pending = 0;

beforeAll(async () => {
  await generateClient();
  bench = await openApiBench();
  const answer = async (request: Request) => {
    pending += 1;
    try {
      return await bench.app.fetch(request);
    } finally {
      pending -= 1;
    }
  };
  server = serve({ fetch: answer, hostname: '127.0.0.1', port: 0 });
  await new Promise((resolve) => server.once('listening', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on an address, not on a pipe
});
afterAll(async () => {
  await promisify(server.close.bind(server))();
  await bench.close();
});

const spec = {
  targets: [{ baseUrl: 'https://api.example.com/v1', model: 'm', apiKey: 'sk-example' }],
  load: { mode: 'concurrency' as const, stages: [{ concurrency: 2, requests: 10 }] },
};

test('the generated client and its callers pass the type check', async () => {
  const tsc = new URL('node_modules/typescript/bin/tsc', import.meta.url).pathname;
  const project = new URL('tsconfig.json', import.meta.url).pathname;
  const checked = await promisify(execFile)(process.execPath, [tsc, '-p', project]).catch((error) => error);
  expect(checked.stdout).toBe('');
});

test('the client drives a run from spec to report over a socket', async () => {
  const driven = driveRun({ url, apiKey: bench.key, spec });
  const advanced = () => bench.sent.flatMap((message) => (message.kind === 'advance' ? [message.runId] : []));
  await expect.poll(advanced).toHaveLength(1);
  const [runId = ''] = advanced();
  await bench.deps.runs.update(runId, {}, { status: 'finalizing', stop: 'run_canceled', startedAtMs: 1 });
  await finalizeRun(bench.deps, { kind: 'finalize', runId });
  const { estimate, run, report, samples, manifest } = await driven;
  expect(estimate.requests).toEqual({ measured: 10, warmup: 5, total: 15 });
  expect(run).toMatchObject({ runId, status: 'canceled' });
  expect(report).toMatchObject({ run: { runId } });
  expect(samples.trimEnd().split('\n')).toHaveLength(15);
  expect(manifest).toMatchObject({ manifestVersion: 1, spec: { seed: run.spec?.seed } });
});

test('the client receives typed problem details', async () => {
  const client = createClient({ url, apiKey: bench.key });
  const { error, response } = await client.POST('/v1/runs', { body: { targets: [] } });
  expect(response.status).toBe(422);
  expect(error).toMatchObject({ code: 'INVALID_SPEC', faults: [{ pointer: '/targets' }] });
});

test('a body above the limit is cut off over a socket, and the API continues to respond', async () => {
  const body = `{"name":"${'x'.repeat(6_000_000)}"}`;
  const headers = { authorization: `Bearer ${bench.key}`, 'content-type': 'application/json' };
  const answer = await fetch(`${url}/v1/runs`, { method: 'POST', headers, body }).then(
    ({ status }) => status,
    () => 'cut off',
  );
  expect([413, 'cut off']).toContain(answer);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('a waiting request ends when its client disconnects', async () => {
  const client = createClient({ url, apiKey: bench.key });
  const { data } = await client.POST('/v1/runs', { body: spec });
  const gone = new AbortController();
  const headers = { authorization: `Bearer ${bench.key}`, prefer: 'wait=60' };
  const waiting = fetch(`${url}/v1/runs/${data?.runId}`, { headers, signal: gone.signal }).catch(() => 'gone');
  await expect.poll(() => pending).toBe(1);
  gone.abort();
  expect(await waiting).toBe('gone');
  await expect.poll(() => pending, { timeout: 10_000 }).toBe(0);
});
