import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDataset } from '../../../functions/api/datasets/create-dataset.ts';
import { deriveId } from '../../../shared/ids/ids.ts';
import { scheduleArrivals } from '../../../shared/load/parts/arrivals.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../shared/report/sections/compose-report.ts';
import { pinDataset } from '../../../shared/runs/load-dataset.ts';
import { workloadSchema } from '../../../shared/workload/workload.ts';
import { startProviderProcess } from '../../support/servers/provider-process.ts';
import { type StreamServer, startStreamServer } from '../../support/servers/stream-server.ts';
import { type Pipeline, startPipeline } from '../../support/service/pipeline.ts';

let server: StreamServer;
let pipeline: Pipeline;

beforeAll(async () => {
  server = await startStreamServer();
  pipeline = await startPipeline({ MAX_STREAMS_PER_WORKER: '64' });
});
afterAll(async () => {
  await pipeline.close();
  await server.close();
});

function makeRunSpec(model: string, load: object, change: object = {}) {
  return {
    seed: 7,
    targets: [{ id: 'a', baseUrl: server.url, model, credentialId: null }],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
    load,
    ...change,
  };
}

/** Runs the spec. Returns the finished run and its report. */
async function measure(spec: object, change = {}, timeoutMs = 30_000) {
  const runId = await pipeline.start(spec, change);
  const run = await pipeline.finish(runId, timeoutMs);
  const report: Report = JSON.parse((await pipeline.deps.reports.get(runId)) ?? 'null');
  return { run, report };
}

describe('an open loop', () => {
  test('a stall of 2 s shows in the tail of the scheduled latency, but not of the service latency', async () => {
    const load = {
      mode: 'rate',
      arrivals: 'constant',
      stages: [{ requestsPerSecond: 200, requests: 1_000 }],
      maxConcurrency: 4,
      whenFull: 'wait',
      warmupRequests: 0,
    };
    const { run, report } = await measure(makeRunSpec('stalling', load));
    expect(run.status).toBe('completed');
    const [stage] = report.stages;
    expect(stage?.counts).toMatchObject({ ok: 1_000, notSent: 0 });
    const ms = (name: 'e2eLatencyMs' | 'scheduledLatencyMs') =>
      [stage?.requests[name].p50, stage?.requests[name].p99].map((value) => value?.toFixed(1)).join(' / ');
    console.info(`p50 / p99 of service ${ms('e2eLatencyMs')} ms, of scheduled ${ms('scheduledLatencyMs')} ms`);
    // Four requests were open during the stall; 400 were due.
    expect(stage?.requests.e2eLatencyMs.max).toBeGreaterThan(1_900);
    expect(stage?.requests.e2eLatencyMs.p99).toBeLessThan(500);
    expect(stage?.requests.scheduledLatencyMs.p90).toBeGreaterThan(1_000);
    expect(stage?.requests.scheduledLatencyMs.p99).toBeGreaterThan(1_700);
    expect(stage?.warnings.join()).toMatch(/requests waited for one of 4 streams/);
  });

  test('several workers send one schedule of the stage, from a common start', async () => {
    const load = {
      mode: 'rate',
      arrivals: 'gamma',
      burstiness: 2,
      stages: [{ requestsPerSecond: 100, fromRequestsPerSecond: 20, rampMs: 1_000, requests: 150 }],
      maxConcurrency: 30,
      whenFull: 'wait',
      warmupRequests: 3,
    };
    const { run, report } = await measure(makeRunSpec('fast', load), { maxStreamsPerWorker: 10 });
    const [stage] = planRun(run.spec, run);
    if (stage?.load.mode !== 'rate') throw new Error('the load mode of the stage is not rate');
    expect(stage.batches).toHaveLength(3);
    const { rate, arrivals } = stage.load;
    const dueMs = scheduleArrivals({ seed: 7, levelIndex: 0, count: 150, rate, arrivals });
    const workers = report.stages[0]?.workers ?? [];
    expect(workers.map(({ batchIndex, attempt, requests }) => [batchIndex, attempt, requests])).toEqual([
      [0, 1, 50],
      [1, 1, 50],
      [2, 1, 50],
    ]);
    expect(workers.every(({ startLateMs, slipMaxMs }) => startLateMs !== null && (slipMaxMs ?? -1) >= 0)).toBe(true);
    const startAtMs = (await pipeline.deps.stages.get(run.runId, 0))?.startAtMs ?? 0;
    const batches = await pipeline.deps.batches.list(run.runId, 0);
    for (const { batchIndex, blocks, attempts } of batches)
      for await (const block of pipeline.deps.blocks.readSamples(run.runId, 0, batchIndex, blocks))
        for (const sample of block) {
          if (sample.warmup) continue;
          expect(sample.requestIndex % 3).toBe(batchIndex);
          // The worker's start differs from the agreed start by its reported delay and the wall clock's resolution.
          const lateMs = attempts[0]?.startLateMs ?? 0;
          const dueAtMs = (sample.originWallMs ?? 0) + (sample.dueMs ?? 0);
          expect(Math.abs(dueAtMs - startAtMs - lateMs - (dueMs[sample.requestIndex] ?? 0))).toBeLessThan(20);
        }
  });
});

/** Stores the dataset and sets its digest in the workload, like the API. */
async function uploadTrace(entries: readonly object[]) {
  const principal = { tenantId: deriveId('tenant', 'test'), apiKeyId: '', scopes: [] };
  const text = entries.map((entry) => JSON.stringify(entry)).join('\n');
  const { dataset } = await createDataset(
    { deps: pipeline.deps, tenantId: principal.tenantId },
    { kind: 'trace', name: null, text },
  );
  const workload = workloadSchema.parse({ kind: 'trace', datasetId: dataset.datasetId });
  return pinDataset(pipeline.deps, principal.tenantId, workload);
}

describe('a trace', () => {
  test.each(['entries', 'datasetId'] as const)(
    'given by %s is replayed by several workers, each request at its time and with its lengths',
    async (given) => {
      const entries = Array.from({ length: 40 }, (_, k) => ({
        atMs: 1_000_000 + 100 * k + (k % 3) * 30,
        inputTokens: 400 + 10 * k,
        outputTokens: 5 + k,
      }));
      const load = { mode: 'trace', speed: 2, maxConcurrency: 20, whenFull: 'wait', warmupRequests: 0 };
      const workload = given === 'entries' ? { kind: 'trace', entries } : await uploadTrace(entries);
      const { run, report } = await measure(makeRunSpec('fast', load, { workload }), { maxStreamsPerWorker: 10 });
      const [stage] = report.stages;
      expect(stage).toMatchObject({ batches: 2, counts: { ok: 40, notSent: 0 }, load: { mode: 'rate', requests: 40 } });
      expect(report.run.workload).toMatchObject({ kind: 'trace', entryCount: 40 });
      const dueAtMs: number[] = [];
      for (const { batchIndex, blocks } of await pipeline.deps.batches.list(run.runId, 0))
        for await (const block of pipeline.deps.blocks.readSamples(run.runId, 0, batchIndex, blocks))
          for (const { requestIndex: index, inputTokens, requestedOutputTokens, originWallMs, dueMs } of block) {
            expect([inputTokens, requestedOutputTokens]).toEqual([400 + 10 * index, 5 + index]);
            dueAtMs[index] = (originWallMs ?? 0) + (dueMs ?? 0);
          }
      // Times are relative to the worker's start, so compare one worker.
      for (let k = 2; k < 40; k += 2)
        expect((dueAtMs[k] ?? 0) - (dueAtMs[0] ?? 0)).toBeCloseTo(((entries[k]?.atMs ?? 0) - 1_000_000) / 2, 3);
      expect(renderText(composeSummary(report)).replaceAll(/\s+/g, ' ')).toContain(
        given === 'entries' ? 'trace of 40 requests,' : 'trace of 40 requests of dts_',
      );
    },
  );
});

describe('a sweep', () => {
  test('finds the knee of a provider with ten slots, and decides each level once although messages arrive twice', async () => {
    const latency = { ttft: { baseMs: 150 }, outputToken: { ms: 0.5 } };
    const models = { m: { latency, capacity: 10, tokensPerChunk: 50, output: { defaultTokens: 20 } } };
    const provider = await startProviderProcess({ models });
    const doubled = await startPipeline({}, { copies: 2, shuffle: true, maxDelayMs: 20, seed: 5 });
    try {
      const load = { mode: 'sweep', search: { find: 'knee', min: 2, max: 64 }, requests: 40, requestsPerLoad: 5 };
      const targets = [{ id: 'a', baseUrl: provider.url, model: 'm', credentialId: null }];
      const runId = await doubled.start(makeRunSpec('m', { ...load, warmupRequests: 2 }, { targets }));
      const run = await doubled.finish(runId, 60_000);
      const report: Report = JSON.parse((await doubled.deps.reports.get(runId)) ?? 'null');
      expect(run).toMatchObject({ status: 'completed', failure: null });
      expect(doubled.bus.errors).toEqual([]);
      const [sweep] = report.sweeps;
      expect(Math.abs((sweep?.finding?.value ?? 0) - 10)).toBeLessThanOrEqual(1);
      const values = run.levels.map(({ value }) => value);
      expect(values.slice(0, 4)).toEqual([2, 4, 8, 16]);
      expect(new Set(values).size).toBe(values.length);
      expect(report.stages.map(({ load: { concurrency } }) => concurrency)).toEqual(values);
      expect(report.stages.every(({ counts }) => counts.ok === counts.planned)).toBe(true);
      expect(renderText(composeSummary(report)).replaceAll(/\s+/g, ' ')).toContain(
        sweep?.finding?.statement ?? 'no finding',
      );
    } finally {
      await doubled.close();
      await provider.stop();
    }
  }, 90_000);

  test('over a grid runs every level for every target, and compares the targets at each level', async () => {
    const load = {
      mode: 'sweep',
      over: 'rate',
      arrivals: 'constant',
      values: [40, 80],
      requests: 20,
      warmupRequests: 0,
    };
    const targets = ['a', 'b'].map((id) => ({ id, baseUrl: server.url, model: 'fast', credentialId: null }));
    const { report } = await measure(makeRunSpec('fast', load, { targets, order: 'interleaved' }));
    expect(report.stages.map(({ targetId, load: { requestsPerSecond } }) => [targetId, requestsPerSecond])).toEqual([
      ['a', 40],
      ['b', 40],
      ['a', 80],
      ['b', 80],
    ]);
    expect(
      report.comparisons.map(({ levelIndex, baseTargetId: base, targetId }) => [levelIndex, base, targetId]),
    ).toEqual([
      [0, 'a', 'b'],
      [1, 'a', 'b'],
    ]);
    expect(report.sweeps.map(({ find, levels, finding }) => [find, levels.length, finding])).toEqual([
      [null, 2, null],
      [null, 2, null],
    ]);
  });

  test('for an SLO searches each target separately, and reports the result', async () => {
    const slos = [{ metric: 'errorRate', op: '<=', value: 0.1 }];
    const load = { mode: 'sweep', search: { find: 'slo', max: 4, slos }, requests: 10, warmupRequests: 0 };
    const targets = ['fast', 'limited'].map((model) => ({ id: model, baseUrl: server.url, model, credentialId: null }));
    const { run, report } = await measure(makeRunSpec('fast', load, { targets }));
    expect(run.levels).toEqual([
      { targetIndex: 0, value: 1 },
      { targetIndex: 0, value: 2 },
      { targetIndex: 0, value: 4 },
      { targetIndex: 1, value: 1 },
    ]);
    expect(report.sweeps.map(({ finding }) => [finding?.value, finding?.low, finding?.high])).toEqual([
      [4, 4, null],
      [null, null, 1],
    ]);
  });
});

describe('a stage that stops early', () => {
  test('stops on all workers when the median is precise enough, and accounts for every request', async () => {
    const load = {
      mode: 'concurrency',
      stages: [
        { concurrency: 4, requests: 3_000 },
        { concurrency: 2, requests: 20 },
      ],
      stopWhen: { metric: 'e2eLatencyMs', statistic: 'p50', relativeHalfWidth: 0.3, minRequests: 60 },
      warmupRequests: 2,
    };
    const { run, report } = await measure(makeRunSpec('slow', load), { maxStreamsPerWorker: 2 });
    expect(run).toMatchObject({ status: 'completed', failure: null, stop: null });
    const [first, second] = report.stages;
    expect(first?.batches).toBe(2);
    expect(first?.stop).toMatchObject({ reason: 'precision_reached' });
    expect(first?.stop?.detail).toMatch(/^e2eLatencyMs p50 is [\d.e+]+ ± [\d.]+ % at n = \d+$/);
    const counts = first?.counts;
    expect(counts?.ok).toBeGreaterThanOrEqual(60);
    expect(counts?.ok).toBeLessThan(1_500);
    expect(counts).toMatchObject({ planned: 3_000, failed: 0, canceled: 0 });
    expect(counts?.notSentByReason.precision_reached).toBe(3_000 - (counts?.ok ?? 0));
    // A stage with too few requests for the rule runs to the end.
    expect(second).toMatchObject({ stop: null, counts: { ok: 20, notSent: 0 } });
  });

  test('stops when requests are due faster than they end, and skips later levels', async () => {
    const models = {
      m: { latency: { ttft: { baseMs: 40 } }, capacity: 2, tokensPerChunk: 50, output: { defaultTokens: 5 } },
    };
    const provider = await startProviderProcess({ models });
    try {
      const stages = [
        { requestsPerSecond: 12, requests: 20 },
        { requestsPerSecond: 85, requests: 2_000 },
        { requestsPerSecond: 100, requests: 2_000 },
      ];
      const load = { mode: 'rate', stages, maxConcurrency: 1_000, onSaturation: 'stop_levels', warmupRequests: 0 };
      const targets = [{ id: 'a', baseUrl: provider.url, model: 'm', credentialId: null }];
      const { run, report } = await measure(makeRunSpec('m', load, { targets }), { maxStreamsPerWorker: 500 }, 120_000);
      expect(run).toMatchObject({ status: 'completed', failure: null });
      const [calm, saturated, leftOut] = report.stages;
      expect(calm).toMatchObject({ stop: null, counts: { ok: 20 } });
      expect(saturated?.stop).toMatchObject({ reason: 'over_saturated' });
      expect(saturated?.counts.canceled).toBe(0);
      expect(saturated?.counts.ok).toBeGreaterThan(200);
      expect(saturated?.counts.notSentByReason.over_saturated).toBeGreaterThan(500);
      expect(saturated?.warnings.join()).toMatch(/over.saturated/i);
      expect(leftOut?.counts).toMatchObject({ issued: 0, notSentByReason: { over_saturated: 2_000 } });
    } finally {
      await provider.stop();
    }
  }, 150_000);
});
