import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listMeasuredIndices, listWarmupIndices, planRun } from '../../../shared/plan/plan-run.ts';
import { type RunSpec, runSpecSchema } from '../../../shared/spec/run-spec.ts';

function makeRunSpec(load: unknown, order: 'sequential' | 'interleaved' = 'sequential', targets = 1): RunSpec {
  return runSpecSchema.parse({
    seed: 1,
    order,
    load,
    targets: Array.from({ length: targets }, (_, k) => ({
      id: `t${k}`,
      baseUrl: 'http://127.0.0.1:1/v1',
      model: 'm',
      credentialId: null,
    })),
  });
}

const anyLoad = fc.oneof(
  fc.record({
    mode: fc.constantFrom('concurrency', 'rounds'),
    stages: fc.array(
      fc.record({ concurrency: fc.integer({ min: 1, max: 700 }), requests: fc.integer({ min: 1, max: 2_000 }) }),
      { minLength: 1, maxLength: 4 },
    ),
    warmupRequests: fc.integer({ min: 0, max: 300 }),
  }),
  fc.record({
    mode: fc.constant('rate'),
    stages: fc.array(
      fc.record({ requestsPerSecond: fc.integer({ min: 1, max: 500 }), requests: fc.integer({ min: 1, max: 2_000 }) }),
      { minLength: 1, maxLength: 4 },
    ),
    maxConcurrency: fc.integer({ min: 1, max: 700 }),
    warmupRequests: fc.integer({ min: 0, max: 300 }),
  }),
);

describe('the plan of a run', () => {
  test('assigns every index of a stage to exactly one batch', () => {
    fc.assert(
      fc.property(anyLoad, fc.integer({ min: 1, max: 100 }), (load, maxStreamsPerWorker) => {
        for (const stage of planRun(makeRunSpec(load), { maxStreamsPerWorker })) {
          const indices = stage.batches.flatMap((batch) => [
            ...listMeasuredIndices(batch),
            ...listWarmupIndices(batch),
          ]);
          expect(indices.sort((a, b) => a - b)).toEqual(
            Array.from({ length: stage.requests + stage.warmup }, (_, k) => k),
          );
        }
      }),
      { numRuns: 200 },
    );
  });

  test('limits the streams of each worker and assigns all requested streams', () => {
    fc.assert(
      fc.property(anyLoad, fc.integer({ min: 1, max: 100 }), (load, maxStreamsPerWorker) => {
        const spec = makeRunSpec(load);
        for (const stage of planRun(spec, { maxStreamsPerWorker })) {
          const asked = stage.load.mode === 'rate' ? stage.load.maxConcurrency : stage.load.concurrency;
          const streams = stage.batches.map(({ concurrency }) => concurrency);
          expect(Math.max(...streams)).toBeLessThanOrEqual(maxStreamsPerWorker);
          expect(Math.min(...streams)).toBeGreaterThanOrEqual(1);
          expect(streams.reduce((sum, n) => sum + n, 0)).toBe(Math.min(asked, stage.requests));
          expect(stage.batches.every(({ count }) => count >= 1)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('runs targets one after another when sequential, and together when interleaved', () => {
    const load = {
      mode: 'concurrency',
      stages: [
        { concurrency: 1, requests: 4 },
        { concurrency: 2, requests: 4 },
      ],
    };
    const sketch = (order: 'sequential' | 'interleaved') =>
      planRun(makeRunSpec(load, order, 2), { maxStreamsPerWorker: 64 }).map(
        ({ stageIndex, groupIndex, targetIndex, levelIndex }) => [stageIndex, groupIndex, targetIndex, levelIndex],
      );
    expect(sketch('sequential')).toEqual([
      [0, 0, 0, 0],
      [1, 1, 0, 1],
      [2, 2, 1, 0],
      [3, 3, 1, 1],
    ]);
    expect(sketch('interleaved')).toEqual([
      [0, 0, 0, 0],
      [1, 0, 1, 0],
      [2, 1, 0, 1],
      [3, 1, 1, 1],
    ]);
  });

  test('uses different prompts for levels and the same prompts for targets', () => {
    const load = {
      mode: 'concurrency',
      stages: [
        { concurrency: 1, requests: 7 },
        { concurrency: 2, requests: 5 },
      ],
    };
    const offsets = planRun(makeRunSpec(load, 'sequential', 2), { maxStreamsPerWorker: 64 }).map(
      ({ promptOffset }) => promptOffset,
    );
    expect(offsets).toEqual([0, 7, 0, 7]);
  });
});

describe('the plan of a search', () => {
  const spec = makeRunSpec({ mode: 'sweep', search: { find: 'knee', max: 64 }, requests: 40 }, 'sequential', 2);

  test('has a stage for each decided level, and a new level keeps the earlier stages', () => {
    const levels = [
      { targetIndex: 0, value: 1 },
      { targetIndex: 0, value: 2 },
      { targetIndex: 1, value: 1 },
      { targetIndex: 1, value: 7 },
    ];
    const plan = planRun(spec, { maxStreamsPerWorker: 4, levels });
    expect(
      plan.map(({ stageIndex, groupIndex, targetIndex, levelIndex, promptOffset, batches }) => [
        stageIndex,
        groupIndex,
        targetIndex,
        levelIndex,
        promptOffset,
        batches.length,
      ]),
    ).toEqual([
      [0, 0, 0, 0, 0, 1],
      [1, 1, 0, 1, 40, 1],
      [2, 2, 1, 0, 0, 1],
      [3, 3, 1, 1, 40, 2],
    ]);
    for (let k = 0; k < levels.length; k++)
      expect(planRun(spec, { maxStreamsPerWorker: 4, levels: levels.slice(0, k) })).toEqual(plan.slice(0, k));
    expect(planRun(spec, { maxStreamsPerWorker: 4 })).toEqual([]);
  });

  test('has as many requests as the search chose, and those of the spec for levels of earlier versions', () => {
    const levels = [true, undefined].map((isSized) => ({ targetIndex: 0, value: 64, isSized }));
    const plan = planRun(spec, { maxStreamsPerWorker: 64, levels });
    expect(plan.map(({ requests, load }) => [requests, load.stopWhen?.minRequests])).toEqual([
      [1_280, 320],
      [40, undefined],
    ]);
  });
});
