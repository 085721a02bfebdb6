import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bundleFunctions } from '../../../infra/aws/bundle/bundle-functions.ts';
import { functionNames } from '../../../infra/aws/stack/function-settings.ts';
import { isTerminal } from '../../../shared/records/records.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { installRuntime } from './install-runtime.ts';
import { createLambdaFunction } from './lambda-function.ts';
import { hashFunctionName, mostInvocations } from './lineage.ts';

const groups = 20;
const handovers = 20;
/** Requests of about 0.4 s. A worker reserves 15 s for its end and 2 s for its last request, which leaves 3 s to measure. */
const requestsPerWorker = 8;
const workerTimeoutMs = 15_000 + 2_000 + 3_000;
/** The supervisor starts chains of its own, so it must not run before the chain of the run has ended. */
const supervisorEveryMs = 3_600_000;
const runSchema = z.looseObject({ runId: z.string() });

let folder: string;
let provider: ProviderProcess;
let cloud: Cloud;

beforeAll(async () => {
  const client = await installRuntime();
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-bundles-'));
  await bundleFunctions(folder);
  const latency = { ttft: { baseMs: 20 }, outputToken: { ms: 4 } };
  provider = await startProviderProcess({
    models: { fast: { latency }, slow: { latency: { ...latency, ttft: { baseMs: 400 } } } },
  });
  cloud = await startCloud({
    ...{ client, bundleFolder: folder, maxWorkers: 4, supervisorEveryMs },
    timeoutsMs: { worker: workerTimeoutMs },
    // On a busy machine, a worker may end before it has sent a request.
    settings: { MAX_BATCH_FAILURES: '20' },
  });
});
afterAll(async () => {
  await cloud.close();
  await provider.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function startRun(model: string, load: Record<string, unknown>): Promise<string> {
  const response = await fetch(`${cloud.url}/v1/runs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cloud.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      targets: [{ id: 'a', baseUrl: provider.url, model }],
      workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.' }], maxOutputTokens: 4 },
      limits: { requestTimeoutMs: 2_000 },
      check: false,
      load: { mode: 'concurrency', warmupRequests: 0, ...load },
    }),
  });
  return runSchema.parse(await response.json()).runId;
}

async function waitForEnd(runId: string) {
  for (const untilMs = Date.now() + 280_000; Date.now() < untilMs; ) {
    const run = await cloud.deps.runs.get(runId);
    if (run !== null && isTerminal(run.status)) return run;
    await cloud.deps.clock.sleep(200);
  }
  const counts = functionNames.map((name) => `${name}: ${JSON.stringify(cloud.functions[name].counts)}`);
  throw new Error(`The run did not end. ${counts.join('\n')}`);
}

function expectNoDrops(): void {
  for (const name of functionNames) expect(cloud.functions[name].counts, name).toMatchObject({ dropped: 0 });
}

describe('a chain of invocations that is longer than Lambda allows by default', () => {
  test(`completes a run of ${groups} groups`, async () => {
    const runId = await startRun('fast', { stages: Array(groups).fill({ concurrency: 1, requests: 1 }) });
    expect(await waitForEnd(runId)).toMatchObject({ status: 'completed', groupIndex: groups });
    expectNoDrops();
    expect(cloud.functions.coordinator.longestChain()).toBeGreaterThan(mostInvocations);
  });

  test(`completes a run of ${handovers} handovers`, async () => {
    const runId = await startRun('slow', { stages: [{ concurrency: 1, requests: requestsPerWorker * handovers }] });
    expect(await waitForEnd(runId)).toMatchObject({ status: 'completed' });
    const [batch] = await cloud.deps.batches.list(runId);
    expect(batch?.attempt).toBeGreaterThanOrEqual(handovers);
    expectNoDrops();
    expect(cloud.functions.worker.longestChain()).toBeGreaterThan(mostInvocations);
  });

  test('is dropped for a function that may not recur', async () => {
    const source = { ...cloud.sources.coordinator, recursiveLoop: 'Terminate' } as const;
    const coordinator = createLambdaFunction(source);
    const lineage = new Map([[hashFunctionName(source.name), mostInvocations]]);
    expect(await coordinator.invoke({ Records: [] }, lineage)).toEqual({ kind: 'dropped' });
    expect(coordinator.counts).toMatchObject({ dropped: 1, started: 0 });
    await coordinator.close();
  });
});
