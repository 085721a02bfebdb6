import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { localTableName } from '../../../infra/local/local-settings.ts';
import { startEmbeddedDynamodb } from '../../../infra/local/stores/embedded-dynamodb.ts';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';
import { copySample, type Sample } from '../../../shared/sample/sample.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';
import { createStores } from '../../support/service/create-stores.ts';
import { type PlacedSample, readAllSamples } from '../../support/service/read-all-samples.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';

/** The attack suite kills the service more often, and in more states (`npm run test:attack`). */
const killsPerRun = 2;
const requests = 200;
const warmup = 4;
/** Short intervals, so that a loss is detected quickly. */
const environment = {
  LOG_LEVEL: 'info',
  MAX_STREAMS_PER_WORKER: '10',
  LEASE_MS: '2500',
  HEARTBEAT_MS: '200',
  RESEND_AFTER_MS: '1500',
  SUPERVISOR_INTERVAL_MS: '200',
  BLOCK_FLUSH_MS: '100',
  WARM_LOCAL_WORKERS: '0',
};

let provider: ProviderProcess;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tokenmeter-kill-'));
  const latency = { ttft: { baseMs: 60 }, outputToken: { ms: 8 } };
  provider = await startProviderProcess({ models: { m: { latency } } });
});
afterAll(async () => {
  await provider.stop();
  await rm(directory, { recursive: true, force: true });
});

const runSchema = z.looseObject({ runId: z.string(), status: z.string() });

/** Two concurrent batches: both of one target, or one for each of two targets. */
async function startRun(service: ServiceProcess, ids: readonly string[]): Promise<string> {
  const share = { concurrency: 20 / ids.length, requests: requests / ids.length };
  const spec = {
    order: 'interleaved',
    targets: ids.map((id) => ({ id, baseUrl: provider.url, model: 'm' })),
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.', maxOutputTokens: 8 }] },
    // A check that loses its worker delays its run by half a minute.
    check: false,
    load: { mode: 'concurrency', stages: [share], warmupRequests: warmup / ids.length },
  };
  return runSchema.parse(await service.call('POST', '/v1/runs', spec)).runId;
}

async function waitForEnd(service: ServiceProcess, runId: string): Promise<string> {
  const untilMs = Date.now() + 150_000;
  while (Date.now() < untilMs) {
    const { status } = runSchema.parse(await service.call('GET', `/v1/runs/${runId}`, undefined, { prefer: 'wait=5' }));
    if (['completed', 'failed', 'canceled'].includes(status)) return status;
  }
  throw new Error(
    `The run did not end: ${JSON.stringify(await service.call('GET', `/v1/runs/${runId}`))}\n${service.output()}`,
  );
}

/** Waits until requests or the run have ended. */
async function waitForRequests(service: ServiceProcess, runId: string): Promise<void> {
  const progressSchema = z.looseObject({ status: z.string(), progress: z.looseObject({ ended: z.number() }) });
  const untilMs = Date.now() + 120_000;
  while (Date.now() < untilMs) {
    const { status, progress } = progressSchema.parse(await service.call('GET', `/v1/runs/${runId}`));
    if (progress.ended > 0 || !['queued', 'running'].includes(status)) return;
    await delay(50);
  }
  throw new Error('No request ended');
}

/** Reads the table of a stopped service: every sample ever written, by stage and index. */
async function readTable(dataDir: string, runId: string): Promise<Map<string, Sample>> {
  const dynamodb = await startEmbeddedDynamodb({ dataDir });
  const stores = createStores(
    createDynamodbClient({ dynamodbEndpoint: dynamodb.endpoint, region: 'us-east-1' }),
    localTableName,
  );
  const written = new Map<string, Sample>();
  for (const [stageIndex, batchIndex] of [
    [0, 0],
    [0, 1],
    [1, 0],
  ] as const) {
    const blocks = await stores.blocks.countBlocks(runId, stageIndex, batchIndex);
    for await (const samples of stores.blocks.readSamples(runId, stageIndex, batchIndex, blocks))
      for (const sample of samples)
        written.set(describePlace({ stageIndex, requestIndex: sample.requestIndex }), copySample(sample));
  }
  await dynamodb.close();
  return written;
}

const describePlace = ({ stageIndex, requestIndex }: { stageIndex: number; requestIndex: number }) =>
  `${stageIndex}/${requestIndex}`;

/** Kills a service of its own during a run. Returns how many kills came while only a part of the samples was stored. */
async function killDuringRun(ids: readonly string[], seed: number): Promise<number> {
  const random = xoroshiro128plus(seed);
  const dataDir = await mkdtemp(join(directory, 'service-'));
  let service = await startServiceProcess(dataDir, environment);
  let killsMidway = 0;
  const runId = await startRun(service, ids);
  const written = new Map<string, Sample>();
  for (let kill = 0; kill < killsPerRun; kill++) {
    // The last kill comes while requests are in flight, the one before it at a random time after the start.
    if (kill === killsPerRun - 1) await waitForRequests(service, runId);
    await delay(uniformInt(random, 0, 1_200));
    await service.kill();
    for (const [place, sample] of await readTable(dataDir, runId)) {
      // Samples written before an earlier kill still exist, unchanged.
      expect(sample).toEqual(written.get(place) ?? sample);
      written.set(place, sample);
    }
    if (written.size > 0 && written.size < requests) killsMidway += 1;
    service = await startServiceProcess(dataDir, environment);
  }
  expect(await waitForEnd(service, runId)).toBe('completed');
  checkSamples(await readAllSamples(service, runId), ids, written);
  await service.stop();
  return killsMidway;
}

/** Checks that a run has each planned sample once, and every sample that was ever written. */
function checkSamples(
  samples: readonly PlacedSample[],
  ids: readonly string[],
  written: ReadonlyMap<string, Sample>,
): void {
  const planned = (requests + warmup) / ids.length;
  const places = ids.flatMap((_, stageIndex) =>
    Array.from({ length: planned }, (_, requestIndex) => describePlace({ stageIndex, requestIndex })),
  );
  expect(samples.map(describePlace).sort()).toEqual(places.sort());
  expect(samples.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  const final = new Map(samples.map((sample) => [describePlace(sample), sample]));
  for (const [place, sample] of written) expect(final.get(place)).toMatchObject(sample);
}

/** Targets of the runs: each is a run of two batches. Two services at a time, because each waits most of the time. */
const runs = [['a'], ['a', 'b']];

describe('the service, killed with SIGKILL at random times during its runs', () => {
  test('every run completes by itself, has each index once, and loses no written sample', async () => {
    const killsMidway = await Promise.all(runs.map((ids, position) => killDuringRun(ids, 20_261_125 + position)));
    // Otherwise the kills came too early or too late to have an effect.
    expect(killsMidway.reduce((total, kills) => total + kills, 0)).toBeGreaterThanOrEqual(1);
  }, 300_000);
});
