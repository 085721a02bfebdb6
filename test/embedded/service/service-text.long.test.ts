import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { quantile } from '../../../shared/stats/quantile.ts';
import { openServer } from '../../support/servers/open-server.ts';
import { listProcessTree, readResidentMb } from '../../support/service/process-facts.ts';
import { readAllSamples } from '../../support/service/read-all-samples.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';

/** Characters of an answer: each response is about as large as the largest that is accepted. */
const answerLength = 7_900_000;
const maxMb = 1_000;
/** Texts without a place to cut. */
const answers = ['a', ' ', '=-', 'papa', 'treason'].map((part) => part.repeat(answerLength / part.length));

let service: ServiceProcess;
let provider: Awaited<ReturnType<typeof openServer>>;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-text-'));
  let asked = 0;
  provider = await openServer((_, response) => {
    const text = answers[asked++ % answers.length] ?? '';
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (let at = 0; at < text.length; at += 100_000) {
      const delta = { content: text.slice(at, at + 100_000) };
      response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`);
    }
    const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
    response.end(`data: ${JSON.stringify(end)}\n\ndata: [DONE]\n\n`);
  });
  service = await startServiceProcess(dataDir, {
    WARM_LOCAL_WORKERS: '1',
    HEARTBEAT_MS: '200',
    LEASE_MS: '2000',
    SUPERVISOR_INTERVAL_MS: '200',
  });
});
afterAll(async () => {
  await service.stop();
  await provider.close();
  await rm(dataDir, { recursive: true, force: true });
});

const runSchema = z.looseObject({ runId: z.string(), status: z.string() });
const buildSpec = (prompts: readonly string[]) => ({
  targets: [{ id: 'a', baseUrl: provider.url, model: 'm' }],
  workload: { kind: 'prompts', prompts: prompts.map((prompt) => ({ prompt })) },
  load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 5 }], warmupRequests: 0 },
});

describe(`responses of ${answerLength / 1e6} MB without a place to cut, five at a time`, () => {
  test('are counted within 1 GB of memory, and no worker loses its lease', async () => {
    const { runId } = runSchema.parse(await service.call('POST', '/v1/runs', buildSpec(['Say it.'])));
    let mostMb = 0;
    const readStatus = async () => runSchema.parse(await service.call('GET', `/v1/runs/${runId}`)).status;
    for (let status = 'queued'; !['completed', 'failed'].includes(status); status = await readStatus()) {
      mostMb = Math.max(mostMb, ...listProcessTree(service.pid).map(readResidentMb));
      await delay(100);
    }
    const samples = await readAllSamples(service, runId);
    expect(samples.map(({ outcome, attempt }) => [outcome, attempt])).toEqual(samples.map(() => ['ok', 1]));
    expect(samples.filter(({ outputTokens }) => (outputTokens ?? 0) < answerLength / 20)).toEqual([]);
    expect(service.output()).not.toMatch(/lease/);
    expect(mostMb).toBeLessThan(maxMb);
  }, 180_000);
});

describe('four prompts of a million spaces', () => {
  const prompts = Array.from({ length: 4 }, () => ' '.repeat(999_000));
  const lines = prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join('');

  const upload = async () => {
    const headers = { authorization: `Bearer ${service.apiKey}`, 'content-type': 'application/jsonl' };
    const response = await fetch(`${service.url}/v1/datasets`, { method: 'POST', headers, body: lines });
    return z.looseObject({ datasetId: z.string() }).parse(await response.json()).datasetId;
  };
  const estimate = async () => {
    const workload = { kind: 'dataset', datasetId: await upload() };
    await service.call('POST', '/v1/estimates', { ...buildSpec([]), workload });
  };
  const create = async () => {
    await expect(service.call('POST', '/v1/runs', buildSpec(prompts))).rejects.toThrow('Use at most 300000 bytes');
  };

  test.each([
    ['uploaded as a dataset', upload],
    ['of an estimate', estimate],
    ['of a spec, which is refused', create],
  ])(
    '%s do not hold up other requests',
    async (_, act) => {
      // The first request can meet a connection that the service closes at this moment.
      await service.call('GET', '/healthz').catch(() => null);
      let least = Number.POSITIVE_INFINITY;
      for (let round = 0; round < 5 && least >= 100; round++)
        least = Math.min(least, (await pingDuring(act)) / measureSlowness());
      expect(least).toBeLessThan(100);
    },
    60_000,
  );
});

/** Calls `/healthz` repeatedly while `act` runs. Returns the p99 of the latency in ms. */
async function pingDuring(act: () => Promise<unknown>): Promise<number> {
  const latenciesMs: number[] = [];
  const acting = act().then(
    () => null,
    (error: unknown) => ({ error }),
  );
  let end: Awaited<typeof acting> | undefined;
  void acting.then((found) => {
    end = found;
  });
  while (end === undefined) {
    const startMs = performance.now();
    await service.call('GET', '/healthz');
    latenciesMs.push(performance.now() - startMs);
    await delay(20);
  }
  if (end !== null) throw end.error;
  return quantile(latenciesMs, 0.99) ?? Number.NaN;
}

/** Returns how many times longer work takes than its CPU time, because other programs use the machine. */
function measureSlowness(): number {
  const startMs = performance.now();
  const usage = process.cpuUsage();
  const readCpuMs = () => process.cpuUsage(usage).user / 1_000;
  while (readCpuMs() < 100);
  return Math.max(1, (performance.now() - startMs) / readCpuMs());
}
