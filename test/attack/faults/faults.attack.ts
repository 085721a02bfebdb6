import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { type ProviderProcess, startProviderProcess } from '../../support/servers/provider-process.ts';
import { type PlacedSample, readAllSamples } from '../../support/service/read-all-samples.ts';
import { faultCount } from '../attack-form.ts';
import { recordCases } from '../record-cases.ts';
import { drawEpisodes, type Episode, faultKinds, type Moment } from './draw-faults.ts';
import { type LocalLane, openLane } from './local-lane.ts';

/* `FAULTS=20 npm run test:attack -- faults` tries 20 faults. `FAULT_SEED=17` starts with another seed. */

const firstSeed = Number(process.env['FAULT_SEED'] ?? 1);
const episodes = drawEpisodes(faultCount, firstSeed);
const laneCount = Math.min(3, episodes.length);
const [concurrency, requests, warmup] = [10, 40, 2];
const maxRunMs = 240_000;

let provider: ProviderProcess;
const lanes: LocalLane[] = [];
const free: LocalLane[] = [];

beforeAll(async () => {
  const latency = { ttft: { baseMs: 60 }, outputToken: { ms: 8 } };
  provider = await startProviderProcess({ models: { m: { latency } } });
  for (let lane = 0; lane < laneCount; lane++) lanes.push(await openLane());
  free.push(...lanes);
});
afterAll(async () => {
  await Promise.all(lanes.map((lane) => lane.close()));
  await provider.stop();
});

const waiting: ((lane: LocalLane) => void)[] = [];

/** Takes a lane. Those that wait get one in their order, so that none waits longer than its own time. */
function takeLane(): Promise<LocalLane> {
  const lane = free.pop();
  return lane === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(lane);
}

function returnLane(lane: LocalLane): void {
  const next = waiting.shift();
  if (next === undefined) free.push(lane);
  else next(lane);
}

const runSchema = z.looseObject({
  runId: z.string(),
  status: z.string(),
  failure: z.object({ code: z.string(), message: z.string() }).nullable(),
  progress: z.looseObject({ planned: z.number(), ended: z.number() }),
});
type Run = z.infer<typeof runSchema>;
const countsSchema = z.looseObject({ planned: z.number(), ok: z.number() });
const reportSchema = z.looseObject({
  run: z.looseObject({ runId: z.string() }),
  stages: z.array(z.looseObject({ counts: countsSchema })),
});

/** Calls the API until it responds, as a client that retries does. Refusals of the client's fault are thrown. */
async function retry<T>(lane: LocalLane, work: () => Promise<T>): Promise<T> {
  for (const untilMs = performance.now() + maxRunMs; ; ) {
    try {
      return await work();
    } catch (error) {
      const isOwnFault = error instanceof Error && /: 4\d\d /.test(error.message);
      if (isOwnFault || performance.now() > untilMs) throw error;
      await lane.revive();
      await delay(100);
    }
  }
}

const callApi = (lane: LocalLane, method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  retry(lane, () => lane.service().call(method, path, body, headers));
const getRun = async (lane: LocalLane, runId: string) =>
  runSchema.parse(await callApi(lane, 'GET', `/v1/runs/${runId}`));

async function createRun(lane: LocalLane, { seed, isInterleaved }: Episode): Promise<Run> {
  const ids = isInterleaved ? ['a', 'b'] : ['a'];
  const stage = { concurrency: concurrency / ids.length, requests: requests / ids.length };
  const spec = {
    name: `seed ${seed}`,
    order: isInterleaved ? 'interleaved' : 'sequential',
    targets: ids.map((id) => ({ id, baseUrl: provider.url, model: 'm' })),
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say something short.', maxOutputTokens: 8 }] },
    // A check that loses its worker delays its run by half a minute.
    check: false,
    load: { mode: 'concurrency', stages: [stage, stage], warmupRequests: warmup },
  };
  return runSchema.parse(await callApi(lane, 'POST', '/v1/runs', spec, { 'idempotency-key': `seed-${seed}` }));
}

/** Whether a run has reached a moment of its life, or is past it. */
const hasReached: Record<Moment, (run: Run) => boolean> = {
  queued: () => true,
  'any time': () => true,
  running: ({ status }) => status !== 'queued',
  'half done': ({ status, progress }) => progress.ended * 2 >= progress.planned || isOver(status),
  finalizing: ({ status }) => status === 'finalizing' || isOver(status),
  finished: ({ status }) => isOver(status),
};
const isOver = (status: string) => ['completed', 'failed', 'canceled'].includes(status);

async function waitFor(lane: LocalLane, runId: string, at: Moment): Promise<Run> {
  const untilMs = performance.now() + maxRunMs;
  for (;;) {
    const run = await getRun(lane, runId);
    if (hasReached[at](run)) return run;
    if (performance.now() > untilMs) throw new Error(`The run is not ${at}: ${JSON.stringify(run)}`);
    await delay(30);
  }
}

/**
 * Checks that every planned request has one sample. Only a cancellation and a damaged block may cost samples. A block
 * that is damaged after the end of the run costs the list its samples, but the report is complete.
 */
function checkSamples(episode: Episode, run: Run, samples: readonly PlacedSample[], happened: readonly string[]): void {
  const planned = episode.isInterleaved ? [0, 1, 2, 3] : [0, 1];
  const each = requests / (episode.isInterleaved ? 2 : 1) + warmup;
  const places = planned.flatMap((stageIndex) => Array.from({ length: each }, (_, index) => `${stageIndex}/${index}`));
  expect(samples.map(({ stageIndex, requestIndex }) => `${stageIndex}/${requestIndex}`).sort()).toEqual(places.sort());
  const lost = samples.filter(({ outcome }) => outcome !== 'ok');
  const isDamaged = happened.some((what) => what.startsWith('damaged block'));
  const unexplained = lost.filter(({ notSentReason }) => !isDamaged || notSentReason !== 'block_damaged');
  if (run.status === 'completed') expect(unexplained).toEqual([]);
  for (const { notSentReason, outcome } of lost) expect(outcome === 'canceled' || notSentReason !== null).toBe(true);
}

/** Lists how a run may end: complete, or with a loss that its failure names. */
function listAllowedEnds({ isCanceled }: Episode, happened: readonly string[]): string[] {
  const ends = ['completed'];
  if (isCanceled) ends.push('canceled');
  if (happened.some((what) => what.startsWith('damaged block'))) ends.push('block_damaged');
  return ends;
}

async function suffer(lane: LocalLane, episode: Episode): Promise<string[]> {
  const { runId } = await createRun(lane, episode);
  const happened: string[] = [];
  for (const { kind, at, delayMs, lastsMs } of episode.faults) {
    await waitFor(lane, runId, at);
    await delay(delayMs);
    happened.push(`${await lane.strike(kind, lastsMs, runId)} (${at})`);
  }
  if (episode.isCanceled) await callApi(lane, 'POST', `/v1/runs/${runId}/cancel`).catch(() => undefined);
  const run = await waitFor(lane, runId, 'finished');
  happened.push(run.failure?.code ?? run.status);
  expect(listAllowedEnds(episode, happened)).toContain(run.failure?.code ?? run.status);
  checkSamples(episode, run, await retry(lane, () => readAllSamples(lane.service(), runId)), happened);
  if (run.status === 'completed') {
    const report = reportSchema.parse(await callApi(lane, 'GET', `/v1/runs/${runId}/report`));
    expect(report.run.runId).toBe(runId);
    expect(report.stages.map(({ counts }) => counts.ok)).toEqual(report.stages.map(({ counts }) => counts.planned));
  }
  return happened;
}

describe('Random faults', () => {
  describe.concurrent('every run ends, and its counts equal the plan', () => {
    test.for(episodes)('seed $seed', { timeout: 3 * maxRunMs }, async (episode, context) => {
      const lane = await takeLane();
      try {
        const happened = await suffer(lane, episode);
        recordCases(context, episode.faults.length, happened.join(', '));
      } finally {
        returnLane(lane);
      }
    });
  });

  test('every kind of fault occurred', (context) => {
    const sums = faultKinds.map(
      (kind) => [kind, lanes.reduce((sum, { counts }) => sum + (counts[kind] ?? 0), 0)] as const,
    );
    const crashes = lanes.reduce((sum, { counts }) => sum + (counts['end without a kill'] ?? 0), 0);
    recordCases(
      context,
      0,
      `${sums.map(([kind, count]) => `${kind} ${count}`).join(', ')}; ended by itself ${crashes}`,
    );
    if (faultCount >= 100) for (const [kind, count] of sums) expect(count, kind).toBeGreaterThan(0);
  });
});
