import { describe, expect, test } from 'vitest';
import {
  describeProgress,
  measureProgress,
  measureStageProgress,
} from '../../../../functions/api/runs/measure-progress.ts';
import { planRun } from '../../../../shared/plan/plan-run.ts';
import { noProgress } from '../../../../shared/records/manifest.ts';
import type { BatchRecord, RunRecord } from '../../../../shared/records/records.ts';
import { makeBatch, makeRun } from '../../../contract/make-record.ts';
import { makeRandom, makeSpec } from '../../../support/factories/sample-factory.ts';
import { createSimulation, originMs } from '../../../support/simulation/simulated-deps.ts';

const startMs = originMs;
/** Time in ms from the start of the run to the first warm-up request: the worker starts and builds prompts. */
const bootMs = 1_500;

function describeAt(run: RunRecord, batches: BatchRecord[], atMs: number, groupStartMs: number | null = null) {
  const plan = planRun(run.spec, run);
  const stages = plan.map((stage) => measureStageProgress(run, stage, batches));
  return describeProgress({ run, plan, stages, batches, groupStartMs, waitStartMs: null, nowMs: startMs + atMs });
}

/** Simulates a closed loop of requests of 3.5 to 7 s. Returns its batch at any time, and when it ends. */
function simulateLoop(streams: number, requests: number, warmup: number) {
  const random = makeRandom(7);
  const spans: { index: number; from: number; to: number }[] = [];
  const fill = (indices: number[], from: number) => {
    const free = new Array<number>(streams).fill(from);
    for (const index of indices) {
      const stream = free.indexOf(Math.min(...free));
      const begin = free[stream] ?? from;
      const to = begin + 3_500 + 3_500 * random();
      free[stream] = to;
      spans.push({ index, from: begin, to });
    }
    return Math.max(...free);
  };
  const range = (from: number, count: number) => Array.from({ length: count }, (_, k) => from + k);
  const warmMs = fill(range(requests, warmup), bootMs);
  const endMs = fill(range(0, requests), warmMs + 500);
  const batchAt = (run: RunRecord, atMs: number) => {
    const progress = { ...noProgress };
    for (const { index, from, to } of spans) {
      const isWarmup = index >= requests;
      if (to <= atMs) {
        progress.busyMs += to - from;
        if (isWarmup) progress.warmupDone += 1;
        else progress.ok += 1;
      } else if (from <= atMs && !isWarmup) progress.inFlight += 1;
    }
    return makeBatch({ runId: run.runId, status: 'running', progress });
  };
  return { warmMs, endMs, batchAt };
}

describe('the remaining time', () => {
  const load = { mode: 'concurrency' as const, stages: [{ concurrency: 5, requests: 150 }], warmupRequests: 5 };
  const run = makeRun({ spec: makeSpec({ load }), status: 'running', startedAtMs: startMs });

  test('is close to the actual time from the first ended request on, and unknown before', () => {
    const loop = simulateLoop(5, 150, 5);
    expect(describeAt(run, [loop.batchAt(run, 2_000)], 2_000).remainingMs).toBeNull();
    for (let atMs = loop.warmMs + 1_000; atMs < loop.endMs; atMs += 1_000) {
      const { remainingMs } = describeAt(run, [loop.batchAt(run, atMs)], atMs);
      const actualMs = loop.endMs - atMs;
      expect(Math.abs((remainingMs ?? Number.NaN) - actualMs), `at ${atMs}`).toBeLessThan(0.1 * actualMs + 7_000);
    }
  });

  test('includes the stages that have not started, with the speed of the targets so far', () => {
    const two = makeRun({
      spec: makeSpec({ load: { ...load, stages: [...load.stages, { concurrency: 10, requests: 100 }] } }),
      status: 'running',
      startedAtMs: startMs,
    });
    const progress = { ...noProgress, ok: 145, inFlight: 5, warmupDone: 5, busyMs: 150_000 };
    const batch = makeBatch({ runId: two.runId, status: 'running', progress });
    // One wave is left in the first stage; the second stage has a wave of warm-up and ten waves.
    expect(describeAt(two, [batch], 60_000).remainingMs).toBe(1_000 + 1_000 + 10_000);
  });

  test('of a stage with a time limit ends with the limit, and of a run with its maximum duration', () => {
    const long = { mode: 'concurrency' as const, stages: [{ concurrency: 5, requests: 100_000, durationMs: 60_000 }] };
    const limited = { ...run, spec: makeSpec({ load: { ...long, warmupRequests: 0 } }) };
    const batch = makeBatch({ status: 'running', progress: { ...noProgress, ok: 100, inFlight: 5, busyMs: 100_000 } });
    expect(describeAt(limited, [batch], 25_000, startMs + 5_000).remainingMs).toBe(40_000 + 1_000);
    const limits = { ...limited.spec.limits, maxDurationMs: 30_000 };
    expect(describeAt({ ...limited, spec: { ...limited.spec, limits } }, [batch], 25_000).remainingMs).toBe(5_000);
  });

  test('of a search is an upper bound', () => {
    const search = { find: 'knee' as const, min: 1, max: 8 };
    const spec = makeSpec({ load: { mode: 'sweep', search, requests: 1_000, warmupRequests: 0 } });
    const levels = [{ targetIndex: 0, value: 1, isSized: true }];
    const searching = makeRun({ spec, levels, status: 'running', startedAtMs: startMs });
    const batch = makeBatch({ status: 'running', progress: { ...noProgress, ok: 10, inFlight: 1, busyMs: 1_000 } });
    const { remainingMs, maxRemainingMs } = describeAt(searching, [batch], 1_000);
    // 990 requests are left in this level. At most seven levels follow, each as slow as the first at most.
    expect([remainingMs, maxRemainingMs]).toEqual([null, 99_000 + 7 * 100_000]);
  });
});

describe('the share', () => {
  test('does not fall when a lost worker’s requests are measured again', () => {
    const load = { mode: 'concurrency' as const, stages: [{ concurrency: 5, requests: 100 }] };
    const run = makeRun({ spec: makeSpec({ load }), status: 'running', startedAtMs: startMs });
    const shareOf = (ok: number, change: Partial<BatchRecord>) =>
      describeAt(run, [makeBatch({ status: 'running', progress: { ...noProgress, ok }, ...change })], 1_000).share;
    expect(shareOf(60, {})).toBe(0.6);
    expect(shareOf(40, { peakEnded: 60 })).toBe(0.6);
    expect(shareOf(70, { peakEnded: 60 })).toBe(0.7);
    expect(shareOf(40, { peakEnded: 60, status: 'done' })).toBe(1);
  });

  test('of a search does not fall when a level is added, and is 1 at the end', () => {
    const search = { find: 'knee' as const, min: 1, max: 8 };
    const spec = makeSpec({ load: { mode: 'sweep', search, requests: 20, warmupRequests: 0 } });
    const run = makeRun({ spec, status: 'running', startedAtMs: startMs });
    const values = [1, 2, 4, 8];
    const shares = values.flatMap((_, last) => {
      const levels = values.slice(0, last + 1).map((value) => ({ targetIndex: 0, value }));
      const batches = [...levels.keys()].map((stageIndex) =>
        makeBatch({ stageIndex, status: stageIndex === last ? 'running' : 'done' }),
      );
      return [0, 10, 20].map((ok) => {
        const progress = { ...noProgress, ok };
        const now = batches.map((batch) => (batch.stageIndex === last ? { ...batch, progress } : batch));
        return describeAt({ ...run, levels, groupIndex: last }, now, 1_000).share;
      });
    });
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBeLessThan(1);
    expect(describeAt({ ...run, status: 'completed' }, [], 1_000).share).toBe(1);
  });

  test('counts every planned request of a finished run, as the report does', async () => {
    const { deps } = createSimulation();
    const load = {
      mode: 'concurrency' as const,
      stages: [
        { concurrency: 1, requests: 8 },
        { concurrency: 2, requests: 8 },
      ],
    };
    const run = makeRun({ spec: makeSpec({ load }), status: 'canceled', startedAtMs: startMs, endedAtMs: startMs + 5 });
    const progress = { ...noProgress, ok: 3, canceled: 1 };
    await deps.batches.create(makeBatch({ runId: run.runId, status: 'done', progress }));
    const shown = await measureProgress(deps, run);
    expect(shown).toMatchObject({ planned: 16, ended: 16, share: 1, remainingMs: null, elapsedMs: 5 });
    expect(shown.stages.map(({ notSent }) => notSent)).toEqual([4, 8]);
  });
});
