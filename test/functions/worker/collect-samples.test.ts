import { describe, expect, test } from 'vitest';
import { createSampleCollector, flushAtEvents, flushAtSamples } from '../../../functions/worker/collect-samples.ts';
import type { Lease } from '../../../functions/worker/hold-lease.ts';
import type { BlockKey, BlockStore } from '../../../shared/ports.ts';
import type { BatchRecord } from '../../../shared/records/records.ts';
import { collect } from '../../contract/collect.ts';
import { makeBatch, makeSample } from '../../contract/make-record.ts';
import { makeExchange } from '../../support/factories/make-exchange.ts';
import { createSimulation, settle } from '../../support/simulation/simulated-deps.ts';

/** Starts a collector with a block store that can fail and a lease that can be lost. */
function startCollector({ events = 1, ...change }: Partial<BatchRecord> & { events?: number } = {}) {
  const { deps, pass } = createSimulation({ blockFlushMs: 2_000 });
  const claimed = makeBatch({ status: 'running', attempt: 2, ...change });
  const written: BlockKey[] = [];
  const committed: Record<string, number>[] = [];
  const failures: unknown[] = [];
  const store = { fails: null as Error | null, held: Promise.resolve(), steps: [] as string[] };
  const put: BlockStore['put'] = async (key, ...block) => {
    store.steps.push(`put ${key.sequence}`);
    await store.held;
    if (store.fails !== null) throw store.fails;
    await deps.blocks.put(key, ...block);
    written.push(key);
    store.steps.push(`stored ${key.sequence}`);
  };
  const lease: Pick<Lease, 'update'> = {
    update: async ({ blocks }) => {
      if (blocks !== undefined) committed.push(blocks);
      store.steps.push(`counted ${blocks?.[String(claimed.attempt)]}`);
      return true;
    },
  };
  const measured: number[] = [];
  const loss = new AbortController();
  const collector = createSampleCollector(
    { ...deps, blocks: { ...deps.blocks, put } },
    claimed,
    { ...lease, close: async () => {} },
    {
      readPart: async ({ index }) => {
        measured.push(index);
      },
      measure: async ({ index }) => {
        measured.push(index);
        if (index < 0) throw new Error('The exchange cannot be read');
        const outputEventsMs = Array.from({ length: events }, (_, k) => k);
        return {
          sample: makeSample({ requestIndex: index, attempt: claimed.attempt }),
          timeline: { requestIndex: index, outputEventsMs },
        };
      },
    },
    (error) => failures.push(error),
    loss.signal,
  );
  const addMany = (from: number, count: number) => {
    for (let index = from; index < from + count; index++) collector.add(makeExchange([], { index }));
  };
  /** Returns the request indices of each stored block, in order. */
  const readBlocks = async () => {
    const { runId, stageIndex, batchIndex } = claimed;
    const blocks = await deps.blocks.countBlocks(runId, stageIndex, batchIndex);
    return (await collect(deps.blocks.readSamples(runId, stageIndex, batchIndex, blocks))).map((samples) =>
      samples.map(({ requestIndex }) => requestIndex),
    );
  };
  return { collector, loss, claimed, store, written, committed, failures, measured, addMany, readBlocks, pass };
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => from + k);

describe('exchanges', () => {
  test('become one sample each, in order of arrival, and count in the live progress', async () => {
    const { collector, addMany, readBlocks } = startCollector();
    addMany(0, 3);
    collector.addUnsent([
      makeSample({ requestIndex: 3, outcome: 'not_sent' }),
      makeSample({ requestIndex: 4, outcome: 'timeout_total' }),
    ]);
    await collector.drain();
    expect((await readBlocks()).flat().toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
    expect(collector.progress).toMatchObject({ ok: 3, notSent: 1, failed: 1 });
  });

  test('wait for their block no longer than the flush interval', async () => {
    const { addMany, readBlocks, pass } = startCollector();
    addMany(0, 2);
    await pass(1_000);
    addMany(2, 1);
    await pass(999);
    expect(await readBlocks()).toEqual([]);
    await pass(1);
    expect(await readBlocks()).toEqual([[0, 1, 2]]);
    addMany(3, 1);
    await pass(1_999);
    expect(await readBlocks()).toHaveLength(1);
    await pass(1);
    expect(await readBlocks()).toEqual([[0, 1, 2], [3]]);
  });

  test('fill a block up to the maximum number of samples, and then start another', async () => {
    const { collector, addMany, readBlocks } = startCollector();
    addMany(0, 2 * flushAtSamples + 5);
    await collector.drain();
    const blocks = await readBlocks();
    expect(blocks.map((block) => block.length)).toEqual([flushAtSamples, flushAtSamples, 5]);
    expect(blocks.flat()).toEqual(range(0, 2 * flushAtSamples + 5));
  });

  test('fill a block up to the maximum number of output events', async () => {
    const { collector, addMany, readBlocks } = startCollector({ events: flushAtEvents / 4 });
    addMany(0, 6);
    await collector.drain();
    expect((await readBlocks()).map((block) => block.length)).toEqual([4, 2]);
  });
});

describe('a block', () => {
  test('is counted only after it is stored, so that every counted block exists', async () => {
    const { collector, store, addMany } = startCollector();
    addMany(0, flushAtSamples + 1);
    await collector.drain();
    expect(store.steps).toEqual(['put 0', 'stored 0', 'counted 1', 'put 1', 'stored 1', 'counted 2']);
  });

  test('is written once, also if the collector is drained again or the interval ends', async () => {
    const { collector, written, addMany, pass } = startCollector();
    addMany(0, 3);
    await collector.drain();
    await collector.drain();
    await pass(10_000);
    expect(written).toHaveLength(1);
  });

  test('is counted in addition to the adopted blocks of earlier attempts', async () => {
    const { collector, committed, addMany } = startCollector({ attempt: 3, blocks: { 1: 4, 2: 1 } });
    addMany(0, 1);
    await collector.drain();
    expect(committed).toEqual([{ 1: 4, 2: 1, 3: 1 }]);
  });
});

describe('a drain', () => {
  test('resolves after all added samples are stored and counted', async () => {
    const { collector, committed, addMany, readBlocks } = startCollector();
    addMany(0, flushAtSamples + 50);
    await collector.drain();
    expect((await readBlocks()).flat()).toHaveLength(flushAtSamples + 50);
    expect(committed.at(-1)).toEqual({ 2: 2 });
  });

  test('rejects if a block cannot be stored, and writes no later block', async () => {
    const { collector, store, written, failures, addMany } = startCollector();
    store.fails = new Error('The store is full');
    addMany(0, flushAtSamples);
    await settle();
    addMany(flushAtSamples, flushAtSamples);
    await expect(collector.drain()).rejects.toThrow('The store is full');
    store.fails = null;
    addMany(2 * flushAtSamples, 1);
    await expect(collector.drain()).rejects.toThrow('The store is full');
    expect(written).toEqual([]);
    expect(failures.length).toBeGreaterThan(0);
  });
});

describe('an exchange that cannot be read', () => {
  test('fails the drain, at any position, and nothing is stored', async () => {
    for (const before of [0, 1]) {
      const { collector, failures, addMany, readBlocks } = startCollector();
      addMany(0, before);
      addMany(-1, 2);
      await expect(collector.drain()).rejects.toThrow('cannot be read');
      expect(failures).toHaveLength(1);
      expect(await readBlocks()).toEqual([]);
    }
  });
});

describe('after the lease is lost', () => {
  test('the collector accepts, reads and stores nothing', async () => {
    const { collector, measured, addMany, readBlocks, pass } = startCollector();
    addMany(0, 2);
    await settle();
    collector.close();
    addMany(2, 5);
    collector.addUnsent([makeSample({ requestIndex: 9 })]);
    await pass(10_000);
    await collector.drain();
    expect(await readBlocks()).toEqual([]);
    expect(measured).toEqual([0, 1]);
  });

  test('a block that waits for another is not written', async () => {
    const { collector, store, written, addMany } = startCollector();
    const held = Promise.withResolvers<void>();
    store.held = held.promise;
    addMany(0, 2 * flushAtSamples);
    while (collector.progress.ok < 2 * flushAtSamples) await settle();
    collector.close();
    held.resolve();
    await collector.drain();
    expect(written.map(({ sequence }) => sequence)).toEqual([0]);
  });

  test('exchanges that wait to be read are dropped, and one that is being read adds nothing', async () => {
    const { collector, loss, measured, addMany, readBlocks } = startCollector();
    addMany(0, 50);
    loss.abort();
    await collector.drain();
    expect(measured.length).toBeLessThanOrEqual(1);
    expect(collector.progress.ok).toBe(0);
    expect(await readBlocks()).toEqual([]);
  });
});
