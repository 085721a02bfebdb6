import { describe, expect, test } from 'vitest';
import { claimBatch } from '../../../functions/worker/claim-batch.ts';
import type { BlockStore } from '../../../shared/ports.ts';
import { noProgress } from '../../../shared/records/manifest.ts';
import type { BatchMessage } from '../../../shared/records/messages.ts';
import { type BatchRecord, countSteps } from '../../../shared/records/records.ts';
import { makeBatch, makeRun, makeSample } from '../../contract/make-record.ts';
import { buildPlan } from '../../support/factories/build-plan.ts';
import { createSimulation, originMs } from '../../support/simulation/simulated-deps.ts';

const leaseMs = 9_000;

/** Creates a running run with one batch of 100 requests that waits for a worker. */
async function queueBatch(change: Partial<BatchRecord> = {}) {
  const { deps, pass } = createSimulation({ leaseMs });
  const { run: plan } = buildPlan({
    mode: 'concurrency',
    stages: [{ concurrency: 4, requests: 100 }],
    warmupRequests: 2,
  });
  const run = makeRun({ status: 'running', spec: plan.spec });
  const batch = makeBatch({ runId: run.runId, queuedAtMs: originMs, ...change });
  await deps.runs.create(run);
  await deps.batches.create(batch);
  const message: BatchMessage = {
    kind: 'batch',
    runId: run.runId,
    stageIndex: 0,
    batchIndex: 0,
    attempt: batch.attempt,
  };
  const stored = () => deps.batches.get(run.runId, 0, 0);
  const writeBlock = (attempt: number, sequence: number, indices: number[]) =>
    deps.blocks.put(
      { runId: run.runId, stageIndex: 0, batchIndex: 0, attempt, sequence },
      indices.map((requestIndex) => makeSample({ requestIndex, attempt, warmup: requestIndex >= 100 })),
      [],
    );
  return { deps, run, batch, message, stored, writeBlock, pass };
}

describe('a batch that waits', () => {
  test('is claimed with a new lease', async () => {
    const { deps, message, stored, pass } = await queueBatch();
    await pass(2_500);
    const claimed = await claimBatch(deps, message, 'me');
    expect(claimed).toMatchObject({ doneIndices: new Set(), batch: { count: 100 } });
    expect(await stored()).toMatchObject({
      status: 'running',
      leaseOwner: 'me',
      leaseExpiresAtMs: originMs + 2_500 + leaseMs,
    });
  });

  test('is claimed by only one of several concurrent workers', async () => {
    const { deps, message, stored } = await queueBatch();
    const owners = Array.from({ length: 10 }, (_, k) => `worker ${k}`);
    const claims = await Promise.all(owners.map((owner) => claimBatch(deps, message, owner)));
    const winners = claims.filter((claim) => claim !== null);
    expect(winners).toHaveLength(1);
    expect((await stored())?.leaseOwner).toBe(winners[0]?.record.leaseOwner);
  });

  test('is not claimed by a message of an earlier or a later attempt', async () => {
    const { deps, message, batch, stored } = await queueBatch({ attempt: 3 });
    for (const attempt of [1, 2, 4]) expect(await claimBatch(deps, { ...message, attempt }, 'late')).toBeNull();
    expect(await stored()).toEqual(batch);
  });
});

describe('a batch that another worker runs', () => {
  test('is not claimed or changed, even after its lease has expired', async () => {
    const { deps, message, batch, stored, pass } = await queueBatch({
      status: 'running',
      leaseOwner: 'another',
      leaseExpiresAtMs: originMs + leaseMs,
    });
    await pass(2 * leaseMs);
    expect(await claimBatch(deps, message, 'me')).toBeNull();
    expect(await stored()).toEqual(batch);
  });
});

describe('a batch of a finished run', () => {
  test.each(['completed', 'failed', 'canceled'] as const)('is not claimed if the run is %s', async (status) => {
    const { deps, run, message, batch, stored } = await queueBatch();
    await deps.runs.update(run.runId, {}, { status });
    expect(await claimBatch(deps, message, 'me')).toBeNull();
    expect(await stored()).toEqual(batch);
  });

  test('is not claimed if the run was deleted', async () => {
    const { deps, run, message } = await queueBatch();
    await deps.runs.remove(run.runId, 1, 1);
    expect(await claimBatch(deps, message, 'me')).toBeNull();
  });

  test('throws an error if the plan does not contain the batch', async () => {
    const { deps, message } = await queueBatch();
    await expect(claimBatch(deps, { ...message, batchIndex: 7 }, 'me')).rejects.toThrow('has no batch 7 in stage 0');
  });
});

describe('blocks that lost attempts have stored', () => {
  test('are adopted whether or not the batch record includes them', async () => {
    const { deps, message, stored, writeBlock } = await queueBatch({ attempt: 3, blocks: { 1: 1 } });
    await writeBlock(1, 0, [100, 0, 1]);
    await writeBlock(1, 1, [2, 3]);
    await writeBlock(2, 0, [4]);
    const claimed = await claimBatch(deps, message, 'me');
    expect(claimed?.doneIndices).toEqual(new Set([100, 0, 1, 2, 3, 4]));
    const counted = { blocks: { 1: 2, 2: 1 }, progress: { issued: 5, ok: 5, warmupDone: 1 } };
    expect(claimed?.record).toMatchObject(counted);
    expect(await stored()).toMatchObject(counted);
  });

  test('count a request once that two attempts have stored', async () => {
    const { deps, message, writeBlock } = await queueBatch({ attempt: 3 });
    await writeBlock(1, 0, [0, 1]);
    await writeBlock(2, 0, [1, 2]);
    expect((await claimBatch(deps, message, 'me'))?.record.progress).toMatchObject({ issued: 3, ok: 3 });
  });

  test.each([
    ['fewer samples than the lost worker reported', 9, 4],
    ['as many samples', 3, 4],
    ['more samples', 1, 4],
  ])('let the count of steps grow if they have %s', async (_, ok, expected) => {
    const progress = { ...noProgress, issued: ok, ok };
    const { deps, message, writeBlock } = await queueBatch({ attempt: 2, progress, repeatedSteps: 3 });
    await writeBlock(1, 0, [0, 1, 2]);
    const claimed = await claimBatch(deps, message, 'me');
    const { repeatedSteps = 0 } = claimed?.record ?? {};
    const lost = Math.max(0, 2 * ok - 6);
    expect(repeatedSteps).toBe(expected + lost);
    expect(repeatedSteps + countSteps(claimed?.record.progress ?? noProgress)).toBeGreaterThan(3 + 2 * ok);
  });

  /** Returns a block store that is so slow that the lease expires unless it is extended. */
  const readSlowly = (bench: Awaited<ReturnType<typeof queueBatch>>, onRead: () => Promise<unknown>): BlockStore => ({
    ...bench.deps.blocks,
    async *readSamples(...query) {
      for await (const samples of bench.deps.blocks.readSamples(...query)) {
        await bench.deps.clock.sleep(leaseMs / 2);
        await onRead();
        yield samples;
      }
    },
  });

  test('can take longer to read than the lease, which is extended meanwhile', async () => {
    const bench = await queueBatch({ attempt: 2 });
    for (let sequence = 0; sequence < 6; sequence++) await bench.writeBlock(1, sequence, [sequence]);
    const leases: number[] = [];
    const blocks = readSlowly(bench, async () => {
      leases.push(((await bench.stored())?.leaseExpiresAtMs ?? 0) - bench.deps.clock.nowMs());
    });
    const claiming = claimBatch({ ...bench.deps, blocks }, bench.message, 'me');
    await bench.pass(4 * leaseMs);
    expect((await claiming)?.doneIndices.size).toBe(6);
    expect(leases).toHaveLength(6);
    expect(Math.min(...leases)).toBeGreaterThan(0);
  });

  test('is left to another worker if the lease is lost while it is read', async () => {
    const bench = await queueBatch({ attempt: 2 });
    for (let sequence = 0; sequence < 3; sequence++) await bench.writeBlock(1, sequence, [sequence]);
    const taken = { attempt: 3, leaseOwner: 'another' } as const;
    const blocks = readSlowly(bench, () => bench.deps.batches.update(bench.batch, {}, taken));
    const claiming = claimBatch({ ...bench.deps, blocks }, bench.message, 'me');
    await bench.pass(4 * leaseMs);
    expect(await claiming).toBeNull();
    expect(await bench.stored()).toMatchObject({ ...taken, blocks: {} });
  });

  test('is left to another worker if the lease is lost just before the claim ends', async () => {
    const bench = await queueBatch({ attempt: 2 });
    const taken = { attempt: 3, leaseOwner: 'another' } as const;
    const countBlocks: BlockStore['countBlocks'] = async (...batch) => {
      await bench.deps.batches.update(bench.batch, {}, taken);
      return bench.deps.blocks.countBlocks(...batch);
    };
    const deps = { ...bench.deps, blocks: { ...bench.deps.blocks, countBlocks } };
    expect(await claimBatch(deps, bench.message, 'me')).toBeNull();
    expect(await bench.stored()).toMatchObject(taken);
  });
});
