import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { reportSchema } from '../../../shared/report/model/report.ts';
import { quantile } from '../../../shared/stats/quantile.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';
import { listProcessTree, readResidentMb } from '../../support/service/process-facts.ts';
import { readAllSamples } from '../../support/service/read-all-samples.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';

const requests = 2_000;
const concurrency = 200;

let provider: ProviderProcess;
let service: ServiceProcess;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-load-'));
  // About 1.3 s per request: 30 tokens of 35 ms after the first at 250 ms.
  provider = await startProviderProcess({
    models: { m: { latency: { ttft: { baseMs: 250 }, outputToken: { ms: 35 } } } },
  });
  service = await startServiceProcess(dataDir);
});
afterAll(async () => {
  await service.stop();
  await provider.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const runSchema = z.looseObject({
  runId: z.string(),
  status: z.string(),
  progress: z.looseObject({ share: z.number() }).optional(),
});

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

/** Measures the resident megabytes of the service and each worker. */
const residentMegabytes = () => listProcessTree(service.pid).map(readResidentMb);

describe(`${requests} requests at ${concurrency} concurrent on one machine`, () => {
  test('have exact counts, keep the requested concurrency, and do not grow the memory', async () => {
    const spec = {
      targets: [{ id: 'a', baseUrl: provider.url, model: 'm' }],
      workload: {
        kind: 'sonnet',
        inputTokens: { distribution: 'normal', mean: 550, stddev: 150 },
        outputTokens: { distribution: 'fixed', value: 30 },
      },
      check: false,
      load: { mode: 'concurrency', stages: [{ concurrency, requests }], warmupRequests: 40 },
    };
    const { runId } = runSchema.parse(await service.call('POST', '/v1/runs', spec));
    const memory: number[][] = [];
    for (let status = 'queued'; !['completed', 'failed'].includes(status); ) {
      await delay(500);
      status = runSchema.parse(await service.call('GET', `/v1/runs/${runId}`)).status;
      if (status === 'running') memory.push(residentMegabytes());
    }
    const report = reportSchema.parse(await service.call('GET', `/v1/runs/${runId}/report`));
    const samples = await readAllSamples(service, runId);
    expect(samples).toHaveLength(requests + 40);
    expect(samples.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
    expect(new Set(samples.map(({ requestIndex: index }) => index)).size).toBe(requests + 40);
    const [stage] = report.stages;
    expect(stage?.counts).toMatchObject({ planned: requests, issued: requests, ok: requests });
    expect(stage?.windows.steady.achievedConcurrency.value).toBeGreaterThan(0.95 * concurrency);
    expect(stage?.windows.steady.achievedConcurrency.value).toBeLessThanOrEqual(concurrency);
    // After the warm-up, more requests must not need more memory.
    const quarter = Math.floor(memory.length / 4);
    const early = memory.slice(quarter, 2 * quarter).map(sum);
    const late = memory.slice(-quarter).map(sum);
    expect(quantile(late, 0.5) ?? Number.NaN).toBeLessThan(1.25 * (quantile(early, 0.5) ?? 0));
    expect((await provider.readLog()).length).toBe(requests + 40);
  }, 90_000);
});
