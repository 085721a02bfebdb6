import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildPhaseLoad } from '../../../functions/worker/load-batch.ts';
import { scheduleArrivals } from '../../../shared/load/parts/arrivals.ts';
import { listMeasuredIndices, planRun } from '../../../shared/plan/plan-run.ts';
import { makeSpec } from '../../support/factories/sample-factory.ts';

/** Builds the phases of all workers of the only stage. */
function phasesOf(load: NonNullable<Parameters<typeof makeSpec>[0]>['load'], maxStreamsPerWorker: number, attempt = 1) {
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
      const { stage, phases } = phasesOf({ ...load, stages: [...stages] }, maxStreamsPerWorker);
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
  const { phases } = phasesOf(load, 4);
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
  expect(phasesOf(streams, 64, 2).phases).toEqual([{ mode: 'concurrency', concurrency: 4 }]);
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
