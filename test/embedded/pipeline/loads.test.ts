import { describe, expect, test } from 'vitest';
import { createDataset } from '../../../functions/api/datasets/create-dataset.ts';
import { deriveId } from '../../../shared/ids/ids.ts';
import { scheduleArrivals } from '../../../shared/load/parts/arrivals.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../shared/report/sections/compose-report.ts';
import { pinDataset } from '../../../shared/runs/load-dataset.ts';
import { workloadSchema } from '../../../shared/workload/workload.ts';
import { useLoadPipeline } from './load-run.ts';

const { deps, makeRunSpec, measure } = useLoadPipeline();

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
    const startAtMs = (await deps().stages.get(run.runId, 0))?.startAtMs ?? 0;
    const batches = await deps().batches.list(run.runId, 0);
    for (const { batchIndex, blocks, attempts } of batches)
      for await (const block of deps().blocks.readSamples(run.runId, 0, batchIndex, blocks))
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
    { deps: deps(), tenantId: principal.tenantId },
    { bytes: new Uint8Array(Buffer.from(text)), type: 'application/jsonl' },
    { kind: 'trace', name: null },
  );
  const workload = workloadSchema.parse({ kind: 'trace', datasetId: dataset.datasetId });
  return pinDataset(deps(), principal.tenantId, workload);
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
      for (const { batchIndex, blocks } of await deps().batches.list(run.runId, 0))
        for await (const block of deps().blocks.readSamples(run.runId, 0, batchIndex, blocks))
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
