import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { reportSchema } from '../../../shared/report/model/report.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';
import { readAllSamples } from '../../support/service/read-all-samples.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';

const stopMs = 2_500;
/** A request takes about 300 ms. Far more than that, and far less than the stop, on a busy machine. */
const slowMs = 2_000;

let provider: ProviderProcess;
let service: ServiceProcess;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-stop-'));
  const latency = { ttft: { baseMs: 100 }, outputToken: { ms: 10 } };
  provider = await startProviderProcess({ models: { m: { latency } } });
  service = await startServiceProcess(dataDir, { HEARTBEAT_MS: '200', WARM_LOCAL_WORKERS: '1' });
});
afterAll(async () => {
  await service.stop();
  await provider.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const runSchema = z.looseObject({ runId: z.string(), status: z.string() });
const progressSchema = z.looseObject({ progress: z.looseObject({ ended: z.number() }) });

/** Starts a run, stops the service and its workers once requests have ended, and returns the report and the samples. */
async function measureStopped(load: object) {
  const spec = {
    targets: [{ id: 'a', baseUrl: provider.url, model: 'm' }],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.', maxOutputTokens: 20 }] },
    load,
  };
  const { runId } = runSchema.parse(await service.call('POST', '/v1/runs', spec));
  const readEnded = async () => progressSchema.parse(await service.call('GET', `/v1/runs/${runId}`)).progress.ended;
  await expect.poll(readEnded, { interval: 100, timeout: 20_000 }).toBeGreaterThan(0);
  // The negative id stops the whole process group. The provider is not a part of it and keeps running.
  process.kill(-service.pid, 'SIGSTOP');
  await delay(stopMs);
  process.kill(-service.pid, 'SIGCONT');
  const readStatus = async () => runSchema.parse(await service.call('GET', `/v1/runs/${runId}`)).status;
  await expect.poll(readStatus, { interval: 250, timeout: 30_000 }).toBe('completed');
  const [stage, ...others] = reportSchema.parse(await service.call('GET', `/v1/runs/${runId}/report`)).stages;
  const { trust } = reportSchema.parse(await service.call('GET', `/v1/runs/${runId}/report`));
  if (stage === undefined || others.length > 0) throw new Error('The report does not have one stage');
  return { stage, trust, samples: await readAllSamples(service, runId) };
}

describe('a service that is stopped with SIGSTOP while requests are open', () => {
  const loads: [string, object, number][] = [
    ['closed loop', { mode: 'concurrency', stages: [{ concurrency: 4, requests: 80 }], warmupRequests: 0 }, 4],
    [
      'open loop',
      { mode: 'rate', stages: [{ requestsPerSecond: 20, requests: 100 }], maxConcurrency: 90, warmupRequests: 0 },
      // Those that were open, and most of those that became due meanwhile.
      30,
    ],
  ];
  test.each(loads)(
    'excludes the disturbed requests of a %s, counts them, and is suspect',
    async (_, load, leastDisturbed) => {
      const { stage, trust, samples } = await measureStopped(load);
      const { counts, requests, windows, instrument, errorRate } = stage;
      const disturbed = samples.filter((sample) => sample.disturbed);
      expect(counts).toMatchObject({ issued: samples.length, disturbed: disturbed.length });
      expect(disturbed.length).toBeGreaterThanOrEqual(leastDisturbed);
      expect(disturbed.length).toBeLessThan(samples.length);

      // No sample that spans the stop is missing, and the statistics contain none.
      const late = samples.filter(({ dueMs, endMs }) => (endMs ?? 0) - (dueMs ?? 0) > slowMs);
      expect(late.length).toBeGreaterThan(0);
      expect(late.filter((sample) => !sample.disturbed)).toEqual([]);
      expect(requests.ttftMs.n).toBe(samples.filter(({ disturbed, outcome }) => outcome === 'ok' && !disturbed).length);
      for (const metric of ['ttftMs', 'e2eLatencyMs', 'scheduledLatencyMs', 'chunkGapMs', 'slipMs'] as const)
        expect(requests[metric].max).toBeLessThan(slowMs);
      expect(errorRate.n).toBe(counts.issued - counts.disturbed);

      expect(windows.full.excludedMs).toBeGreaterThan(0);
      expect(windows.full.completedRequestsPerMinute.n).toBe(requests.ttftMs.n);
      expect(instrument.longestStallMs).toBeGreaterThan(stopMs - 100);
      expect(instrument.errorP99Ms ?? 0).toBeLessThan(slowMs);
      expect(trust.result).toBe('suspect');
      expect(trust.reasons.join('\n')).toMatch(
        /requests \(\d+\.\d %\) are excluded, because they were open while a worker/,
      );
    },
    60_000,
  );
});
