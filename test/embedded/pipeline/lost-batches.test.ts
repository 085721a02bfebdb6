import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copySample, type Sample } from '../../../shared/sample/sample.ts';
import { type StreamServer, startStreamServer } from '../../support/servers/stream-server.ts';
import { countBy, makeShortSpec, readSamples, withPipeline } from './short-run.ts';

let server: StreamServer;

beforeAll(async () => {
  server = await startStreamServer();
});
afterAll(async () => {
  await server.close();
});

const makeSpec = (change: Record<string, unknown> = {}, target: Record<string, unknown> = {}) =>
  makeShortSpec(server.url, change, target);

// Each test has its own pipeline and mostly waits for leases, so they run at the same time.
describe.concurrent('a batch', () => {
  test('of a lost worker continues on another worker after its lease, and its stored samples count', async () => {
    await withPipeline(async (pipeline) => {
      const { deps } = pipeline;
      const runId = await pipeline.start(
        makeSpec(
          { load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 60 }], warmupRequests: 0 } },
          { model: 'slow' },
        ),
      );
      const key = { runId, stageIndex: 0, batchIndex: 0 };
      await expect
        .poll(async () => Object.values((await deps.batches.get(runId, 0, 0))?.blocks ?? {})[0] ?? 0)
        .toBeGreaterThan(1);
      // Changes the lease owner, as if the worker were cut off and sent no more heartbeats.
      const held = await deps.batches.get(runId, 0, 0);
      await deps.batches.update(key, {}, { leaseOwner: 'nobody', leaseExpiresAtMs: Date.now() - 1 });
      const run = await pipeline.finish(runId);
      expect(run.status).toBe('completed');
      const batch = await deps.batches.get(runId, 0, 0);
      expect(batch).toMatchObject({ status: 'done', attempt: (held?.attempt ?? 0) + 1, failures: 1 });
      const [samples = []] = await readSamples(pipeline, runId);
      expect(countBy(samples)).toEqual({ ok: 60 });
      expect(new Set(samples.map(({ attempt }) => attempt))).toEqual(new Set([1, 2]));
    });
  });

  test('whose requests were stored by two lost attempts counts each once, and ends', async () => {
    await withPipeline(async (pipeline) => {
      const { deps } = pipeline;
      const load = { mode: 'concurrency', stages: [{ concurrency: 2, requests: 30 }], warmupRequests: 0 };
      const runId = await pipeline.start(makeSpec({ load }, { model: 'slow' }));
      const key = { runId, stageIndex: 0, batchIndex: 0 };
      const stored = async () => deps.blocks.countBlocks(runId, 0, 0);
      await expect.poll(async () => (await stored())['1'] ?? 0).toBeGreaterThan(0);
      // A copy of the samples of attempt 1, as if stored by a second attempt that was unaware of the first.
      const copies: Sample[] = [];
      for await (const block of deps.blocks.readSamples(runId, 0, 0, { '1': 1 }))
        copies.push(...block.map((sample) => ({ ...copySample(sample), attempt: 2 })));
      await deps.blocks.put({ ...key, attempt: 2, sequence: 0 }, copies, []);
      const expired = { status: 'queued', attempt: 3, leaseOwner: null, leaseExpiresAtMs: null } as const;
      await deps.batches.update(key, {}, { ...expired, queuedAtMs: Date.now() });
      await deps.queue.send({ kind: 'batch', ...key, attempt: 3 });
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed', failure: null });
      const [samples = []] = await readSamples(pipeline, runId);
      expect(samples.map(({ requestIndex: index }) => index)).toEqual(Array.from({ length: 30 }, (_, k) => k));
      expect(await deps.batches.get(runId, 0, 0)).toMatchObject({ attempt: 3, progress: { ok: 30, failed: 0 } });
    });
  });

  test('that every worker loses ends with a named failure, as does its run', async () => {
    await withPipeline(
      async (pipeline) => {
        const { deps } = pipeline;
        const runId = await pipeline.start(makeSpec({}, { model: 'endless' }));
        for (let loss = 0; loss < 2; loss++) {
          await expect.poll(async () => (await deps.batches.get(runId, 0, 0))?.status).toBe('running');
          await deps.batches.update(
            { runId, stageIndex: 0, batchIndex: 0 },
            {},
            { leaseOwner: 'nobody', leaseExpiresAtMs: Date.now() - 1 },
          );
          await deps.queue.send({ kind: 'advance', runId });
          await expect.poll(async () => (await deps.batches.get(runId, 0, 0))?.failures).toBe(loss + 1);
        }
        expect(await pipeline.finish(runId)).toMatchObject({ status: 'failed', failure: { code: 'worker_lost' } });
        const [samples = []] = await readSamples(pipeline, runId);
        expect(samples).toHaveLength(42);
        expect(
          samples.every(({ outcome, notSentReason }) => outcome === 'not_sent' && notSentReason === 'worker_lost'),
        ).toBe(true);
      },
      { MAX_BATCH_FAILURES: '1' },
    );
  });

  test('whose message was lost gets a new message', async () => {
    await withPipeline(async (pipeline) => {
      const { deps } = pipeline;
      const { queue } = deps;
      let dropped = 0;
      deps.queue = {
        ...queue,
        send: async (message, options) => {
          if (message.kind === 'batch' && dropped++ === 0) return;
          await queue.send(message, options);
        },
      };
      const runId = await pipeline.start(makeSpec());
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed' });
      expect(dropped).toBe(2);
    });
  });
});
