import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { buildPhaseLoad, meetAtStart } from '../../../functions/worker/load-batch.ts';
import { scheduleArrivals } from '../../../shared/load/parts/arrivals.ts';
import { listMeasuredIndices, planRun } from '../../../shared/plan/plan-run.ts';
import { paceWorkers } from '../../../shared/runs/pace-workers.ts';
import { runSpecSchema } from '../../../shared/spec/run-spec.ts';
import { makeRun } from '../../contract/make-record.ts';
import { makeSpec } from '../../support/factories/sample-factory.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

/** Builds the phases of all workers of the only stage. */
function listPhases(
  load: NonNullable<Parameters<typeof makeSpec>[0]>['load'],
  maxStreamsPerWorker: number,
  attempt = 1,
) {
  const spec = makeSpec({ seed: 7, load });
  const [stage] = planRun(spec, { maxStreamsPerWorker });
  if (stage === undefined) throw new Error('the load has no stage');
  const phases = stage.batches.map((batch) => buildPhaseLoad(7, stage, batch, attempt, listMeasuredIndices(batch)));
  return { stage, phases };
}

test('the workers of a rate stage together send its schedule, each request once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 300 }), (maxStreamsPerWorker, requests) => {
      const stages = [{ requestsPerSecond: 50, fromRequestsPerSecond: 5, rampMs: 3_000, requests }];
      const load = { mode: 'rate', arrivals: 'gamma', burstiness: 3, stages, maxConcurrency: 100 } as const;
      const { stage, phases } = listPhases({ ...load, stages: [...stages] }, maxStreamsPerWorker);
      if (stage.load.mode !== 'rate') throw new Error('the stage has no rate');
      const { rate, arrivals } = stage.load;
      const whole = scheduleArrivals({ seed: 7, levelIndex: 0, count: requests, rate, arrivals });
      const together = phases.flatMap((phase) => (phase.mode === 'rate' ? [...phase.dueMs] : []));
      expect(together.sort((a, b) => a - b)).toEqual([...whole]);
    }),
    { numRuns: 50 },
  );
});

test('a ramp starts the streams of all workers at even intervals', () => {
  const load = { mode: 'concurrency' as const, stages: [{ concurrency: 12, requests: 120, rampMs: 6_000 }] };
  const { phases } = listPhases(load, 4);
  expect(phases).toHaveLength(3);
  const starts = phases.flatMap((phase) => {
    if (phase.mode !== 'concurrency' || phase.ramp === undefined) throw new Error('a phase has no ramp');
    const { firstMs, spreadMs } = phase.ramp;
    return Array.from({ length: phase.concurrency }, (_, slot) => firstMs + slot * spreadMs);
  });
  expect(starts.sort((a, b) => a - b)).toEqual(Array.from({ length: 12 }, (_, k) => k * 500));
});

test('a later attempt continues at once, without a second ramp or a burst of overdue requests', () => {
  const streams = { mode: 'concurrency' as const, stages: [{ concurrency: 4, requests: 40, rampMs: 6_000 }] };
  expect(listPhases(streams, 64, 2).phases).toEqual([{ mode: 'concurrency', concurrency: 4 }]);
  const rate = {
    mode: 'rate' as const,
    arrivals: 'constant' as const,
    stages: [{ requestsPerSecond: 10, requests: 40 }],
  };
  const spec = makeSpec({ load: rate });
  const [stage] = planRun(spec, { maxStreamsPerWorker: 512 });
  const [batch] = stage?.batches ?? [];
  if (stage === undefined || batch === undefined) throw new Error('the load has no stage');
  expect(buildPhaseLoad(7, stage, batch, 2, [30, 31, 32])).toMatchObject({ dueMs: Float64Array.of(0, 100, 200) });
});

const readyTimeoutMs = 30_000;
const maxStreamsPerWorker = 10;

/** Opens the meeting of a run's first group: one worker per 10 streams of each target, targets in parallel. */
async function openMeeting({ streams, targets = 1 }: { streams: number; targets?: number }) {
  const { deps, pass } = createSimulation({ readyTimeoutMs });
  const run = makeRun({
    maxStreamsPerWorker,
    spec: runSpecSchema.parse({
      seed: 7,
      order: 'interleaved',
      targets: Array.from({ length: targets }, (_, k) => ({
        ...{ id: `target-${k}`, baseUrl: 'https://api.example.com/v1', model: 'm', credentialId: null },
      })),
      load: { mode: 'concurrency', stages: [{ concurrency: streams, requests: 10 * streams }] },
    }),
  });
  const plan = planRun(run.spec, run);
  for (const { stageIndex } of plan) await deps.stages.open({ runId: run.runId, stageIndex, openedAtMs: originMs });
  const { leadMs, pollMs } = paceWorkers(
    deps.config,
    plan.reduce((sum, { batches }) => sum + batches.length, 0),
  );
  /** Sends a worker to the meeting; records its agreed start and when it received it. */
  const send = (batchIndex: number, { stageIndex = 0, isEnding = (): boolean => false } = {}) => {
    const worker: { startAtMs: number | null | undefined; leftAtMs: number | null } = {
      startAtMs: undefined,
      leftAtMs: null,
    };
    const meeting = meetAtStart(deps, run, plan, { stageIndex, batchIndex }, isEnding).then((startAtMs) => {
      Object.assign(worker, { startAtMs, leftAtMs: deps.clock.nowMs() - originMs });
    });
    return { worker, meeting };
  };
  return { deps, run, plan, leadMs, pollMs, send, pass };
}

describe('workers that meet', () => {
  test('wait for the last one, and agree on one start that all of them receive in advance', async () => {
    const { deps, run, leadMs, send, pass } = await openMeeting({ streams: 30 });
    const first = send(0).worker;
    await pass(3_000);
    const second = send(1).worker;
    await pass(4_000);
    expect([first.startAtMs, second.startAtMs]).toEqual([undefined, undefined]);
    const last = send(2).worker;
    await pass(1_000);
    const agreedMs = originMs + 7_000 + leadMs;
    for (const worker of [first, second, last]) {
      expect(worker.startAtMs).toBe(agreedMs);
      expect(worker.leftAtMs).toBeLessThan(agreedMs - originMs);
    }
    expect((await deps.stages.get(run.runId, 0))?.startAtMs).toBe(agreedMs);
  });

  test('agree on one start even if all of them arrive at the same time', async () => {
    const { send, pass } = await openMeeting({ streams: 80 });
    const workers = Array.from({ length: 8 }, (_, batchIndex) => send(batchIndex).worker);
    await pass(1_000);
    expect(new Set(workers.map(({ startAtMs }) => startAtMs)).size).toBe(1);
    expect(workers[0]?.startAtMs).toBeGreaterThan(originMs);
  });

  test('count a worker once that arrives again in a later attempt', async () => {
    const { send, pass } = await openMeeting({ streams: 20 });
    const first = send(0).worker;
    const again = send(0).worker;
    await pass(10_000);
    expect([first.startAtMs, again.startAtMs]).toEqual([undefined, undefined]);
    send(1);
    await pass(1_000);
    expect(first.startAtMs).toBeGreaterThan(originMs + 10_000);
    expect(again.startAtMs).toBe(first.startAtMs);
  });

  test('meet the workers of parallel stages', async () => {
    const { plan, send, pass } = await openMeeting({ streams: 10, targets: 2 });
    expect(plan.map(({ groupIndex }) => groupIndex)).toEqual([0, 0]);
    const one = send(0, { stageIndex: 0 }).worker;
    await pass(5_000);
    expect(one.startAtMs).toBeUndefined();
    const other = send(0, { stageIndex: 1 }).worker;
    await pass(1_000);
    expect(one.startAtMs).toBeGreaterThan(originMs + 5_000);
    expect(other.startAtMs).toBe(one.startAtMs);
  });
});

describe('a worker that is late', () => {
  test('is awaited up to the ready timeout; the others then start together', async () => {
    const { leadMs, pollMs, send, pass } = await openMeeting({ streams: 30 });
    const workers = [send(0).worker, send(1).worker];
    await pass(readyTimeoutMs);
    expect(workers.map(({ startAtMs }) => startAtMs)).toEqual([undefined, undefined]);
    await pass(2 * pollMs);
    const [startAtMs] = workers.map((worker) => worker.startAtMs);
    expect(startAtMs).toBeGreaterThan(originMs + readyTimeoutMs);
    expect(startAtMs).toBeLessThanOrEqual(originMs + readyTimeoutMs + pollMs + leadMs);
    expect(workers[1]?.startAtMs).toBe(startAtMs);
  });

  test('starts at once if the others have started, and does not change their start', async () => {
    const { deps, run, send, pass } = await openMeeting({ streams: 40 });
    const early = send(0).worker;
    send(1);
    await pass(2 * readyTimeoutMs);
    const late = send(2).worker;
    await pass(1);
    expect(late).toEqual({ startAtMs: null, leftAtMs: 2 * readyTimeoutMs });
    expect((await deps.stages.get(run.runId, 0))?.startAtMs).toBe(early.startAtMs);
  });

  test('starts with the others if the agreed start is in the future', async () => {
    const { leadMs, send, pass } = await openMeeting({ streams: 20 });
    const others = [send(0).worker, send(1).worker];
    await pass(leadMs / 2);
    const again = send(1).worker;
    await pass(leadMs);
    expect(again.startAtMs).toBe(others[0]?.startAtMs);
  });
});

describe('a worker whose clock was set back after the agreement', () => {
  test('starts at once', async () => {
    const { deps, run, send, pass } = await openMeeting({ streams: 20 });
    await deps.stages.agreeStart(run.runId, 0, originMs + 3_600_000);
    const { worker } = send(1);
    await pass(0);
    expect(worker).toEqual({ startAtMs: null, leftAtMs: 0 });
  });
});

describe('a worker without others to wait for', () => {
  test('starts at once', async () => {
    const { send, pass } = await openMeeting({ streams: 10 });
    const { worker } = send(0);
    await pass(0);
    expect(worker).toEqual({ startAtMs: null, leftAtMs: 0 });
  });

  test('stops waiting if its batch is ending', async () => {
    const { pollMs, send, pass } = await openMeeting({ streams: 20 });
    let isEnding = false;
    const { worker } = send(0, { isEnding: () => isEnding });
    await pass(5_000);
    isEnding = true;
    await pass(pollMs);
    expect(worker.startAtMs).toBeNull();
    expect(worker.leftAtMs).toBeLessThanOrEqual(5_000 + pollMs);
  });
});
