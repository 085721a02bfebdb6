import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bundleFunctions } from '../../../infra/aws/bundle/bundle-functions.ts';
import { functionNames } from '../../../infra/aws/stack/function-settings.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { readStageSamples } from '../../../shared/runs/read-stage-columns.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../../support/servers/webhook-receiver.ts';
import { readAllSamples } from '../../support/service/read-all-samples.ts';
import { type Cloud, startCloud } from './cloud.ts';
import { createFaultLayer, type FaultCounts, type FaultLayer, noFaults } from './fault-layer.ts';
import { installRuntime } from './install-runtime.ts';
import { type BlockWatch, watchBlocks } from './watch-blocks.ts';

/* `FAULT_SEEDS=17` or `FAULT_SEEDS=1-10 npm run test:faults` runs only these seeds. */

const seeds = readSeeds(process.env['FAULT_SEEDS'] ?? '1-50');
/** Concurrent runs, each in its own deployment. A run mostly waits until losses are detected. */
const laneCount = Math.min(2, seeds.length);
const stages = 4;
const streams = 5;
const perStage = { concurrency: streams, requests: 30 };
const warmup = streams;
const planned = stages * perStage.requests;
/** Short intervals: detecting a loss takes minutes on AWS, but a second or two here. */
const settings = {
  MAX_STREAMS_PER_WORKER: '1',
  HEARTBEAT_MS: '250',
  LEASE_MS: '1500',
  RESEND_AFTER_MS: '1000',
  READY_TIMEOUT_MS: '1500',
  BLOCK_FLUSH_MS: '50',
  // Kills and timeouts do not count against a batch.
  MAX_BATCH_FAILURES: '30',
  LOG_LEVEL: 'info',
};

type Lane = { cloud: Cloud; faults: FaultLayer; blocks: BlockWatch };

let folder: string;
let provider: ProviderProcess;
let receiver: WebhookReceiver;
const lanes: Lane[] = [];
const free: Lane[] = [];
const waiting: ((lane: Lane) => void)[] = [];
const struck: FaultCounts[] = [];
const completed: string[] = [];

beforeAll(async () => {
  const client = await installRuntime();
  folder = mkdtempSync(join(tmpdir(), 'tokenmeter-bundles-'));
  await bundleFunctions(folder);
  const latency = { ttft: { baseMs: 20 }, outputToken: { ms: 4 } };
  provider = await startProviderProcess({ models: { m: { latency } } });
  receiver = await startWebhookReceiver();
  for (let lane = 0; lane < laneCount; lane++) lanes.push(await openLane(client));
  free.push(...lanes);
});
afterAll(async () => {
  await Promise.all(lanes.map(({ cloud }) => cloud.close()));
  await Promise.all([provider.stop(), receiver.close()]);
  rmSync(folder, { recursive: true, force: true });
});

async function openLane(client: string): Promise<Lane> {
  const blocks = watchBlocks();
  const faults = createFaultLayer(blocks);
  const cloud = await startCloud({
    client,
    bundleFolder: folder,
    maxWorkers: streams + 2,
    supervisorEveryMs: 300,
    visibilityTimeoutSeconds: 2,
    settings,
    interpose: faults.interpose,
    drawFate: faults.drawFate,
    losesDeletion: faults.losesDeletion,
  });
  return { cloud, faults, blocks };
}

/** Parses `3`, `1-10`, or `1,4,7-9`. */
function readSeeds(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    if (!Number.isInteger(first) || !Number.isInteger(last))
      throw new Error(`FAULT_SEEDS must list integers or ranges, such as 1-10 or 3,17; received ${text}`);
    return Array.from({ length: last - first + 1 }, (_, k) => first + k);
  });
}

const runSchema = z.looseObject({ runId: z.string() });
const progressSchema = z.looseObject({ progress: z.looseObject({ planned: z.number(), ended: z.number() }) });

/** Retries like a client if the function died or its calls failed. Uses one idempotency key, so that there is one run. */
async function createRun({ cloud }: Lane, seed: number): Promise<string> {
  for (const untilMs = Date.now() + 60_000; Date.now() < untilMs; ) {
    const response = await fetch(`${cloud.url}/v1/runs`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${cloud.apiKey}`,
        'content-type': 'application/json',
        'idempotency-key': `seed-${seed}`,
      },
      body: JSON.stringify({
        name: `seed ${seed}`,
        targets: [{ id: 'a', baseUrl: provider.url, model: 'm' }],
        workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.' }], maxOutputTokens: 4 },
        // A check that loses its worker delays its run by half a minute.
        check: false,
        load: { mode: 'concurrency', stages: Array(stages).fill(perStage), warmupRequests: warmup },
        webhooks: [{ url: receiver.url, events: ['run.completed'] }],
      }),
    });
    const text = await response.text();
    if (response.ok) return runSchema.parse(JSON.parse(text)).runId;
    if (response.status < 500 && response.status !== 409) throw new Error(`${response.status} ${text}`);
    await cloud.deps.clock.sleep(200);
  }
  throw new Error('The run could not be created');
}

async function waitForEnd({ cloud }: Lane, runId: string): Promise<RunRecord> {
  for (const untilMs = Date.now() + 240_000; Date.now() < untilMs; ) {
    const run = await cloud.deps.runs.get(runId);
    if (run !== null && isTerminal(run.status)) return run;
    await cloud.deps.clock.sleep(50);
  }
  const said = functionNames.map((name) => `${name}: ${cloud.functions[name].lastFault().slice(-1_000)}`);
  const state = { run: await cloud.deps.runs.get(runId), batches: await cloud.deps.batches.list(runId) };
  throw new Error(`The run did not end: ${JSON.stringify(state)}\n${said.join('\n')}`);
}

async function read({ cloud }: Lane, path: string): Promise<unknown> {
  const response = await fetch(`${cloud.url}${path}`, { headers: { authorization: `Bearer ${cloud.apiKey}` } });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Checks that each planned request has exactly one successful sample. Faults affect only the service itself. */
async function checkSamples(lane: Lane, run: RunRecord): Promise<void> {
  const { cloud } = lane;
  const plans = planRun(run.spec, run);
  expect(plans.flatMap((plan) => plan.batches)).toHaveLength(stages * streams);
  for (const plan of plans) {
    const samples: Sample[] = [];
    for await (const batch of readStageSamples(cloud.deps, run, plan)) samples.push(...batch);
    const indices = samples.map(({ requestIndex: index }) => index).sort((a, b) => a - b);
    expect(indices).toEqual(Array.from({ length: perStage.requests + warmup }, (_, index) => index));
    expect(samples.filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
  }
  const told = await readAllSamples(cloud, run.runId);
  expect(new Set(told.map(({ stageIndex, requestIndex: index }) => `${stageIndex}/${index}`)).size).toBe(told.length);
  expect(told).toHaveLength(planned + stages * warmup);
  const { progress } = progressSchema.parse(await read(lane, `/v1/runs/${run.runId}`));
  expect(progress).toMatchObject({ planned, ended: planned });
}

/** Checks that blocks count if their write was acknowledged while the worker held its batch. */
async function checkBlocks({ cloud, blocks }: Lane, runId: string): Promise<number> {
  const records = await cloud.deps.batches.list(runId);
  const counted = new Map(records.map((record) => [`${record.stageIndex}/${record.batchIndex}`, record.blocks]));
  const stored = blocks.of(runId);
  const lost = stored.filter(
    ({ stageIndex, batchIndex, attempt, sequence }) =>
      (counted.get(`${stageIndex}/${batchIndex}`)?.[String(attempt)] ?? 0) <= sequence,
  );
  expect(lost).toEqual([]);
  // Otherwise the watch no longer recognizes the keys of blocks.
  expect(stored.length).toBeGreaterThan(0);
  return stored.length;
}

/** Checks that repeated deliveries have one event id. */
async function checkWebhook(runId: string): Promise<void> {
  const mine = () => receiver.received.filter(({ body }) => body.includes(runId));
  await expect.poll(() => mine().length, { timeout: 60_000 }).toBeGreaterThan(0);
  expect(new Set(mine().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
}

function describeFaults(counts: FaultCounts): string {
  return Object.entries(counts)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

function takeLane(): Lane | Promise<Lane> {
  return free.pop() ?? new Promise((resolve) => waiting.push(resolve));
}

function giveLane(lane: Lane): void {
  lane.faults.calm();
  const next = waiting.shift();
  if (next === undefined) free.push(lane);
  else next(lane);
}

async function tryRun(lane: Lane, seed: number): Promise<void> {
  const { cloud, faults } = lane;
  const startMs = performance.now();
  faults.start(seed);
  const runId = await createRun(lane, seed);
  const run = await waitForEnd(lane, runId);
  faults.calm();
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  struck.push(faults.counts());
  expect(run).toMatchObject({ status: 'completed', failure: null, stop: null });
  await checkSamples(lane, run);
  const stored = await checkBlocks(lane, runId);
  expect(await read(lane, `/v1/runs/${runId}/report`)).toMatchObject({ run: { runId } });
  completed.push(runId);
  const attempts = (await cloud.deps.batches.list(runId)).reduce((sum, { attempt }) => sum + attempt, 0);
  console.log(`seed ${seed}: ${seconds} s, ${attempts} attempts, ${stored} blocks; ${describeFaults(faults.counts())}`);
}

describe.concurrent('a run of 20 batches with faults in the bundled handlers', () => {
  test.each(seeds)('seed %i: completes with each request once, and loses no acknowledged block', async (seed) => {
    const lane = await takeLane();
    try {
      await tryRun(lane, seed);
    } finally {
      giveLane(lane);
    }
  });
});

describe('over all seeds', () => {
  test('every finished run sent one event', async () => {
    for (const runId of completed) await checkWebhook(runId);
  });

  test('every kind of fault occurred', () => {
    const sums = struck.reduce(addCounts, noFaults());
    const ends = functionNames.map(
      (name) => `${name} ${JSON.stringify(lanes.map(({ cloud }) => cloud.functions[name].counts))}`,
    );
    console.log(`${seeds.length} seeds: ${describeFaults(sums)}\n${ends.join('\n')}`);
    if (seeds.length >= 10) for (const [kind, count] of Object.entries(sums)) expect(count, kind).toBeGreaterThan(0);
  });
});

function addCounts(a: FaultCounts, b: FaultCounts): FaultCounts {
  const sum = { ...a };
  for (const kind of Object.keys(sum) as (keyof FaultCounts)[]) sum[kind] += b[kind]; // keys of a new object
  return sum;
}
