import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { startEmbeddedDynamodb } from '../../infra/local/embedded-dynamodb.ts';
import { localTableName } from '../../infra/local/local-environment.ts';
import { createDynamodbClient } from '../../shared/adapters/aws-clients.ts';
import { createStores } from '../../shared/adapters/dynamodb-stores.ts';
import type { Sample } from '../../shared/domain/sample.ts';
import { type ProviderProcess, startProviderProcess } from '../support/provider-process.ts';
import { readAllSamples } from '../support/read-all-samples.ts';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts';

const kills = 20;
const killsPerRun = 4;
const requests = 200;
/** Quick to notice a loss, so that the test does not wait for minutes. */
const environment = {
  LEASE_MS: '1000',
  HEARTBEAT_MS: '200',
  RESEND_AFTER_MS: '1500',
  SUPERVISOR_INTERVAL_MS: '200',
  BLOCK_FLUSH_MS: '100',
  WARM_LOCAL_WORKERS: '1',
};

let provider: ProviderProcess;
let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tokenmeter-kill-'));
  const latency = { ttft: { baseMs: 60 }, outputToken: { ms: 8 } };
  provider = await startProviderProcess({ models: { m: { latency } } });
});
afterAll(async () => {
  await provider.stop();
  await rm(dataDir, { recursive: true, force: true });
});

const runSchema = z.looseObject({ runId: z.string(), status: z.string() });

async function startRun(service: ServiceProcess): Promise<string> {
  const spec = {
    targets: [{ id: 'a', baseUrl: provider.url, model: 'm' }],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.', maxOutputTokens: 8 }] },
    load: { mode: 'concurrency', stages: [{ concurrency: 20, requests }], warmupRequests: 4 },
  };
  return runSchema.parse(await service.call('POST', '/v1/runs', spec)).runId;
}

async function waitForEnd(service: ServiceProcess, runId: string): Promise<string> {
  const untilMs = Date.now() + 40_000;
  while (Date.now() < untilMs) {
    const { status } = runSchema.parse(await service.call('GET', `/v1/runs/${runId}`, undefined, { prefer: 'wait=5' }));
    if (['completed', 'failed', 'canceled'].includes(status)) return status;
  }
  throw new Error(`The run did not end: ${JSON.stringify(await service.call('GET', `/v1/runs/${runId}`))}`);
}

/** What stands in the table of a service that is dead: every sample that was ever written. */
async function readTable(runId: string): Promise<Map<number, Sample>> {
  const dynamodb = await startEmbeddedDynamodb({ dataDir: join(dataDir, 'dynamodb') });
  const stores = createStores(
    createDynamodbClient({ dynamodbEndpoint: dynamodb.endpoint, region: 'us-east-1' }),
    localTableName,
  );
  const written = new Map<number, Sample>();
  const blocks = await stores.blocks.countBlocks(runId, 0, 0);
  for await (const samples of stores.blocks.readSamples(runId, 0, 0, blocks))
    for (const sample of samples) written.set(sample.index, sample);
  await dynamodb.close();
  return written;
}

describe('the whole service killed with SIGKILL at random instants of its runs', () => {
  test(`${kills} times: every run completes by itself, each index once, and nothing that was written is lost`, async () => {
    const random = xoroshiro128plus(20_261_124);
    let service = await startServiceProcess(dataDir, environment);
    let killsMidway = 0;
    for (let run = 0; run * killsPerRun < kills; run++) {
      const runId = await startRun(service);
      const written = new Map<number, Sample>();
      for (let kill = 0; kill < Math.min(killsPerRun, kills - run * killsPerRun); kill++) {
        await delay(uniformInt(random, 0, 1_600));
        await service.kill();
        for (const [index, sample] of await readTable(runId)) {
          // What was written before an earlier kill is still there, and as it was.
          expect(sample).toEqual(written.get(index) ?? sample);
          written.set(index, sample);
        }
        if (written.size > 0 && written.size < requests) killsMidway += 1;
        service = await startServiceProcess(dataDir, environment);
      }
      expect(await waitForEnd(service, runId)).toBe('completed');
      const samples = await readAllSamples(service, runId);
      expect(samples.map(({ index }) => index).sort((a, b) => a - b)).toEqual(
        Array.from({ length: requests + 4 }, (_, k) => k),
      );
      expect(samples.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
      const final = new Map(samples.map((sample) => [sample.index, sample]));
      for (const [index, sample] of written) expect(final.get(index)).toMatchObject(sample);
    }
    await service.stop();
    // Otherwise the kills came too early or too late to try anything.
    expect(killsMidway).toBeGreaterThanOrEqual(5);
  }, 240_000);
});
