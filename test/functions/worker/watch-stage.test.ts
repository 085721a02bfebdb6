import { describe, expect, test } from 'vitest';
import { createSampleReader, watchStage } from '../../../functions/worker/watch-stage.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { BatchRecord, StageStop } from '../../../shared/records/records.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { buildPlan } from '../../support/factories/build-plan.ts';
import { makeOk } from '../../support/factories/sample-factory.ts';

const blockSamples = 100;

/** Opens a stage with one batch, to which blocks can be added, and counts the blocks that are read. */
function openStage(requests: number) {
  const { run, plan, stage } = buildPlan({
    mode: 'concurrency',
    stages: [{ concurrency: 1, requests }],
    stopWhen: { metric: 'ttftMs', statistic: 'p50', relativeHalfWidth: 0.001, minRequests: 100 },
  });
  const blocks: Sample[][] = [];
  const store = { reads: 0, stop: null as StageStop | null, hold: Promise.resolve() };
  const record = () => ({
    batchIndex: 0,
    status: 'running',
    blocks: { 1: blocks.length },
    progress: { ok: blocks.length * blockSamples },
  });
  const deps = {
    stages: {
      get: async () => ({ stop: store.stop, startAtMs: 0 }),
      stop: async (_run: string, _stage: number, stop: StageStop) => {
        store.stop = stop;
        return stop;
      },
    },
    batches: { list: async () => [record()] },
    blocks: {
      async *readSamples(
        _run: string,
        _stage: number,
        _batch: number,
        counts: Record<string, number>,
        from: Record<string, number> = {},
      ) {
        await store.hold;
        for (const block of blocks.slice(from['1'] ?? 0, counts['1'] ?? 0)) {
          store.reads += 1;
          yield block;
        }
      },
    },
    clock: { nowMs: () => 0 },
    logger: { info: () => {}, warn: () => {} },
    // Contains only what the watch calls.
  } as unknown as Deps;
  const add = (ttftMs: (index: number) => number) => {
    const from = blocks.length * blockSamples;
    blocks.push(
      Array.from({ length: blockSamples }, (_, k) =>
        makeOk({ startMs: from + k, ttftMs: ttftMs(from + k), e2eMs: 10_000 }, { requestIndex: from + k }),
      ),
    );
  };
  const claimed = { run, plan, stage, batch: stage.batches[0], record: record(), doneIndices: new Set<number>() };
  return { deps, store, add, stage, runId: run.runId, batches: () => [record()] as unknown as BatchRecord[], claimed };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('a watched stage', () => {
  test('is read once in many calls, and each request counts once', async () => {
    const { deps, store, add, stage, runId, batches } = openStage(10_000);
    const read = createSampleReader(deps, runId, stage);
    let seen = 0;
    for (let block = 0; block < 50; block++) {
      add(() => 100);
      for await (const _ of read(batches())) seen += 1;
    }
    expect([store.reads, seen]).toEqual([50, 5_000]);
  });

  test('is judged in the background, one judgment at a time, and stops by its record', async () => {
    const { deps, store, add, claimed } = openStage(10_000);
    const held = Promise.withResolvers<void>();
    store.hold = held.promise;
    for (let block = 0; block < 5; block++) add(() => 100);
    const watch = watchStage(deps, claimed as unknown as Parameters<typeof watchStage>[1], 0);
    expect(await watch()).toBeNull();
    await settled();
    expect(await watch()).toBeNull();
    expect(store.reads).toBe(0);
    held.resolve();
    await settled();
    await settled();
    expect(store.reads).toBe(5);
    expect(store.stop?.detail).toContain('at n = 500');
    expect(await watch()).toBe('precision_reached');
  });
});
