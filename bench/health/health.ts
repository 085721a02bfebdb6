import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { endpoints } from '../../functions/api/endpoints.ts';
import { createRunClient, hasEnded } from '../../infra/client/run-client.ts';
import { quantile } from '../../shared/stats/quantile.ts';
import { listLargest, storeLargest } from '../../test/embedded/api/threads/largest-requests.ts';
import { openServer } from '../../test/support/servers/open-server.ts';
import { openLoopBench } from '../../test/support/service/loop-bench.ts';
import { startServiceProcess } from '../../test/support/service/service-process.ts';
import { renderTable } from '../markdown-table.ts';
import { describeMachine } from '../peers/describe-machine.ts';

/*
 * `npm run bench:health`: measures the latency of `/healthz` while each of the largest requests runs, and while five
 * responses of 7.9 MB without a place to cut are read. Exits with 1 if a p99 is 100 ms or more.
 */

const maxP99Ms = 100;
/** Each operation is repeated for at least this time in ms (`--time`), so that there are enough pings for a p99. */
const { values } = parseArgs({ options: { time: { type: 'string', default: '2000' } } });
const minTimeMs = Number(values.time);

type Row = { what: string; requests: number; latenciesMs: number[] };

const latenciesSchema = z.array(z.number());
const format = (latenciesMs: readonly number[], share: number) => (quantile(latenciesMs, share) ?? 0).toFixed(1);

async function startPings(url: string) {
  const thread = new Worker(new URL('./ping-thread.ts', import.meta.url), { workerData: `${url}/healthz` });
  const take = async () => {
    thread.postMessage('take');
    const [latencies] = await once(thread, 'message');
    return latenciesSchema.parse(latencies);
  };
  return { take, stop: () => thread.terminate() };
}

/** Measures while each operation answers its largest requests, deletions last. */
async function measureRequests(): Promise<Row[]> {
  const bench = await openLoopBench();
  const stored = await storeLargest(bench);
  for (const path of ['/healthz', '/docs', '/openapi.json', '/openapi-3.0.json', '/v1/runs?limit=1'])
    await (await bench.ask('GET', path)).arrayBuffer();
  const pings = await startPings(bench.url);
  const rows: Row[] = [];
  for (const operation of endpoints.toSorted((a, b) => Number(a.method === 'delete') - Number(b.method === 'delete'))) {
    let requests = 0;
    await pings.take();
    const startMs = performance.now();
    do
      for (const { path, body, type } of listLargest(operation, stored)) {
        const headers = type === undefined ? undefined : { 'content-type': type };
        await (await bench.ask(operation.method.toUpperCase(), path, body, headers)).arrayBuffer();
        requests += 1;
      }
    while (performance.now() - startMs < minTimeMs);
    const latenciesMs = await pings.take();
    rows.push({ what: operation.operationId, requests, latenciesMs });
    console.error(`${operation.operationId}: p99 ${format(latenciesMs, 0.99)} ms`);
  }
  await pings.stop();
  await bench.close();
  return rows;
}

const answerLength = 7_900_000;

/** Measures while a run reads five responses that are as long as allowed, at the same time. */
async function measureAnswers(): Promise<Row> {
  const parts = ['a', ' ', '=-', 'papa', 'treason'];
  let asked = 0;
  const provider = await openServer((_, response) => {
    const part = parts[asked++ % parts.length] ?? '';
    const delta = { content: part.repeat(100_000 / part.length) };
    const chunk = `data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`;
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let length = 0; length < answerLength; length += 100_000) response.write(chunk);
    response.end(`data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`);
  });
  const dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-health-'));
  const service = await startServiceProcess(dataDir, { LOG_LEVEL: 'warn' });
  const client = createRunClient(service);
  const pings = await startPings(service.url);
  let run = await client.createRun({
    targets: [{ id: 'a', baseUrl: provider.url, model: 'm' }],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say it.' }] },
    load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 10 }], warmupRequests: 0 },
    check: false,
  });
  while (!hasEnded(run)) run = await client.getRun(run.runId, 10);
  const latenciesMs = await pings.take();
  await pings.stop();
  await service.stop();
  await provider.close();
  await rm(dataDir, { recursive: true, force: true });
  return { what: `run of five responses of 7.9 MB at a time (${run.status})`, requests: 10, latenciesMs };
}

const rows = [...(await measureRequests()), await measureAnswers()];
const all = { what: 'All', requests: rows.reduce((sum, { requests }) => sum + requests, 0) };
const cells = [...rows, { ...all, latenciesMs: rows.flatMap(({ latenciesMs }) => latenciesMs) }].map(
  ({ what, requests, latenciesMs }) => [
    what,
    String(requests),
    String(latenciesMs.length),
    ...[0.5, 0.99, 1].map((share) => format(latenciesMs, share)),
  ],
);
console.log(describeMachine());
console.log(renderTable(['Largest request', 'Requests', '`/healthz`', 'p50 ms', 'p99 ms', 'max ms'], cells, 'right'));
const slow = rows.filter(({ latenciesMs }) => (quantile(latenciesMs, 0.99) ?? Number.POSITIVE_INFINITY) >= maxP99Ms);
if (slow.length > 0) {
  console.error(`p99 of ${maxP99Ms} ms or more: ${slow.map(({ what }) => what).join(', ')}`);
  process.exitCode = 1;
}
