import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { handleDeadLetter } from '../../../functions/coordinator/coordinator.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { readStageSamples } from '../../../shared/runs/read-stage-columns.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { copySample } from '../../../shared/sample/sample-row.ts';
import { computePromptDigest, workloadSchema } from '../../../shared/workload/workload.ts';
import { type StreamServer, startStreamServer } from '../../support/servers/stream-server.ts';
import { type Pipeline, startPipeline } from '../../support/service/pipeline.ts';

let server: StreamServer;

beforeAll(async () => {
  server = await startStreamServer();
});
afterAll(async () => {
  await server.close();
});

/** A run of short prompts against the test server, whose behavior `model` selects. */
function specOf(change: Record<string, unknown> = {}, target: Record<string, unknown> = {}) {
  return {
    seed: 7,
    targets: [
      {
        id: 'a',
        baseUrl: server.url,
        model: 'fast',
        credentialId: null,
        pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 2 },
        ...target,
      },
    ],
    workload: { kind: 'prompts', prompts: [{ prompt: 'Say one two three.' }], maxOutputTokens: 20 },
    load: { mode: 'concurrency', stages: [{ concurrency: 4, requests: 40 }], warmupRequests: 2 },
    ...change,
  };
}

async function samplesOf({ deps }: Pipeline, runId: string): Promise<Sample[][]> {
  const run = await deps.runs.get(runId);
  if (run === null) throw new Error('no run');
  const stages: Sample[][] = [];
  for (const stage of planRun(run.spec, run)) {
    const samples: Sample[] = [];
    for await (const batch of readStageSamples(deps, run, stage)) samples.push(...batch);
    stages.push(samples);
  }
  return stages;
}

function countBy(samples: readonly Sample[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of samples) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

async function withPipeline(
  run: (pipeline: Pipeline) => Promise<void>,
  environment?: Record<string, string>,
  bus?: Parameters<typeof startPipeline>[1],
): Promise<void> {
  const pipeline = await startPipeline(environment, bus);
  try {
    await run(pipeline);
    expect(pipeline.bus.errors).toEqual([]);
  } finally {
    await pipeline.close();
  }
}

describe('a run', () => {
  test('ends completed with exactly one sample per planned request', async () => {
    await withPipeline(async (pipeline) => {
      const runId = await pipeline.start(specOf());
      const run = await pipeline.finish(runId);
      expect(run).toMatchObject({ status: 'completed', failure: null, stop: null });
      const [samples = []] = await samplesOf(pipeline, runId);
      expect(samples.map(({ requestIndex: index }) => index)).toEqual(Array.from({ length: 42 }, (_, k) => k));
      expect(samples.filter(({ warmup }) => warmup)).toHaveLength(2);
      expect(countBy(samples)).toEqual({ ok: 42 });
      const report = readReport((await pipeline.deps.reports.get(runId)) ?? 'null');
      expect(report.stages[0]?.instrument.runtimes).toMatchObject([
        { nodeVersion: process.versions.node, region: null },
      ]);
      const { workload, seed } = specOf();
      const sha256 = computePromptDigest(workloadSchema.parse(workload), seed, 20);
      expect(report.run.promptDigest).toEqual({ count: 20, sha256 });
    });
  });

  test('has the same report bytes when it is finalized again', async () => {
    await withPipeline(async (pipeline) => {
      const runId = await pipeline.start(specOf());
      await pipeline.finish(runId);
      const first = await pipeline.deps.reports.get(runId);
      await pipeline.deps.runs.update(runId, {}, { status: 'finalizing', endedAtMs: null, endStatus: null });
      await pipeline.deps.queue.send({ kind: 'finalize', runId });
      await pipeline.finish(runId);
      expect(await pipeline.deps.reports.get(runId)).toBe(first);
    });
  });

  test('has the same counts when every message is delivered three times and out of order', async () => {
    await withPipeline(
      async (pipeline) => {
        const load = {
          mode: 'concurrency',
          stages: [
            { concurrency: 6, requests: 60 },
            { concurrency: 3, requests: 30 },
          ],
          warmupRequests: 3,
        };
        const before = server.requestCount('fast');
        const targets = ['a', 'b'].map((id) => ({ id, baseUrl: server.url, model: 'fast', credentialId: null }));
        const runId = await pipeline.start(specOf({ load, targets, order: 'interleaved' }));
        expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed' });
        const stages = await samplesOf(pipeline, runId);
        expect(stages.map((samples) => samples.length)).toEqual([63, 63, 33, 33]);
        for (const samples of stages) {
          expect(
            [...samples].sort((a, b) => a.requestIndex - b.requestIndex).map(({ requestIndex: index }) => index),
          ).toEqual(samples.map((_, k) => k));
          expect(countBy(samples)).toEqual({ ok: samples.length });
        }
        // Each request was sent once despite duplicate messages.
        expect(server.requestCount('fast') - before).toBe(192);
      },
      // No lease may expire here on a busy machine, because the requests would be sent again.
      { MAX_STREAMS_PER_WORKER: '2', LEASE_MS: '30000' },
      { copies: 3, shuffle: true, maxDelayMs: 120, seed: 3 },
    );
  });

  test('hands its remaining requests to another worker before the time limit, repeatedly if needed', async () => {
    await withPipeline(
      async (pipeline) => {
        const runId = await pipeline.start(
          specOf(
            {
              load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 120 }], warmupRequests: 0 },
              limits: { requestTimeoutMs: 2_000 },
            },
            { model: 'slow' },
          ),
        );
        expect(await pipeline.finish(runId, 60_000)).toMatchObject({ status: 'completed' });
        const [batch] = await pipeline.deps.batches.list(runId);
        expect(batch?.attempt).toBeGreaterThan(1);
        const [samples = []] = await samplesOf(pipeline, runId);
        expect(countBy(samples)).toEqual({ ok: 120 });
      },
      // 15 s are reserved for the end and 2 s for the last request, which leaves about 4 s per worker.
      { WORKER_TIME_LIMIT_MS: '21000', MAX_BATCH_FAILURES: '20' },
    );
  }, 90_000);
});

describe('a run that stops', () => {
  test('stops running workers within two seconds and aborts open streams', async () => {
    await withPipeline(async (pipeline) => {
      const runId = await pipeline.start(
        specOf(
          { load: { mode: 'concurrency', stages: [{ concurrency: 4, requests: 500 }], warmupRequests: 0 } },
          { model: 'endless' },
        ),
      );
      await server.whenOpen('endless', 4);
      const atMs = Date.now();
      await pipeline.deps.runs.update(runId, { stop: null }, { stop: 'run_canceled' });
      await server.whenOpen('endless', 0);
      expect(Date.now() - atMs).toBeLessThan(2_000);
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'canceled', failure: null });
      const [samples = []] = await samplesOf(pipeline, runId);
      expect(countBy(samples)).toEqual({ canceled: 4, not_sent: 496 });
      expect(new Set(samples.flatMap(({ notSentReason }) => notSentReason ?? []))).toEqual(new Set(['run_canceled']));
    });
  });

  test('ends as failed, with its results so far, when too many requests fail', async () => {
    await withPipeline(async (pipeline) => {
      const load = { mode: 'concurrency', stages: [{ concurrency: 4, requests: 2_000 }], warmupRequests: 0 };
      const runId = await pipeline.start(specOf({ load, limits: { maxErrorRate: 0.5 } }, { model: 'limited' }));
      expect(await pipeline.finish(runId)).toMatchObject({
        status: 'failed',
        stop: 'error_rate',
        failure: { code: 'error_rate' },
      });
      const [samples = []] = await samplesOf(pipeline, runId);
      expect(samples).toHaveLength(2_000);
      const counts = countBy(samples);
      expect(counts['rate_limited']).toBeGreaterThanOrEqual(20);
      expect(counts['not_sent']).toBeGreaterThan(0);
    });
  });

  test('spends no more than its cost cap', async () => {
    await withPipeline(async (pipeline) => {
      const load = { mode: 'concurrency', stages: [{ concurrency: 4, requests: 500 }], warmupRequests: 0 };
      // Each request costs at most about 46 micro-USD: 20 output tokens at 2 USD per million, plus input.
      const maxCostUsd = 0.001;
      const runId = await pipeline.start(specOf({ load, limits: { maxCostUsd } }));
      expect(await pipeline.finish(runId)).toMatchObject({
        status: 'failed',
        stop: 'cost_cap',
        failure: { code: 'cost_cap' },
      });
      const [samples = []] = await samplesOf(pipeline, runId);
      const counts = countBy(samples);
      expect(counts['ok']).toBeGreaterThan(10);
      expect((counts['ok'] ?? 0) + (counts['not_sent'] ?? 0)).toBe(500);
      const spentUsd = samples.reduce(
        (sum, { usage }) => sum + ((usage?.inputTokens ?? 0) * 1 + (usage?.outputTokens ?? 0) * 2) / 1e6,
        0,
      );
      expect(spentUsd).toBeGreaterThan(maxCostUsd / 2);
      expect(spentUsd).toBeLessThanOrEqual(maxCostUsd);
    });
  });

  test('starts no request of a stage after its duration', async () => {
    await withPipeline(async (pipeline) => {
      const load = {
        mode: 'concurrency',
        stages: [{ concurrency: 2, requests: 500, durationMs: 700 }],
        warmupRequests: 0,
      };
      const runId = await pipeline.start(specOf({ load }, { model: 'slow' }));
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed', stop: null });
      const [samples = []] = await samplesOf(pipeline, runId);
      expect(countBy(samples)['ok']).toBeGreaterThan(4);
      expect(
        new Set(samples.filter(({ outcome }) => outcome === 'not_sent').map(({ notSentReason }) => notSentReason)),
      ).toEqual(new Set(['stage_duration']));
      const lastStartMs = Math.max(...samples.flatMap(({ startMs }) => startMs ?? []));
      const firstStartMs = Math.min(...samples.flatMap(({ startMs }) => startMs ?? []));
      expect(lastStartMs - firstStartMs).toBeLessThan(750);
    });
  });
});

describe('the end of a run', () => {
  test('is announced once, also if another caller ends it with another status', async () => {
    await withPipeline(async (pipeline) => {
      const { deps } = pipeline;
      const runId = await pipeline.start(specOf());
      await pipeline.finish(runId);
      // Simulates a finalizer that is killed after it stored the final status and before it sent the events.
      await deps.runs.update(runId, {}, { status: 'finalizing' });
      await handleDeadLetter(deps, { kind: 'finalize', runId });
      expect(await deps.runs.get(runId)).toMatchObject({ status: 'completed', failure: null });
    });
  });

  test('after a hand-over without progress is a named failure, not an endless hand-over', async () => {
    await withPipeline(
      async (pipeline) => {
        const runId = await pipeline.start(specOf({ limits: { requestTimeoutMs: 5_000 } }));
        expect(await pipeline.finish(runId)).toMatchObject({ status: 'failed', failure: { code: 'no_progress' } });
      },
      { WORKER_TIME_LIMIT_MS: '10000' },
    );
  });
});

describe('a run whose requests all fail', () => {
  test.each([
    ['limited', {}, 'rate_limited'],
    ['hang', { limits: { requestTimeoutMs: 200 } }, 'timeout_total'],
    ['refused', {}, 'connect'],
  ])('%s: gives a complete report with n = 0 and the class', async (model, change, outcome) => {
    await withPipeline(async (pipeline) => {
      const target = model === 'refused' ? { baseUrl: 'http://127.0.0.1:9/v1' } : { model };
      const load = { mode: 'concurrency', stages: [{ concurrency: 4, requests: 8 }], warmupRequests: 1 };
      const runId = await pipeline.start(specOf({ load, ...change }, target));
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed' });
      const [samples = []] = await samplesOf(pipeline, runId);
      expect(countBy(samples)).toEqual({ [outcome]: 9 });
      const report = (await pipeline.deps.reports.get(runId)) ?? '';
      expect(report).not.toMatch(/NaN|Infinity/);
      expect(JSON.parse(report)).toMatchObject({ run: { runId } });
    });
  });
});

describe('a batch', () => {
  test('of a lost worker continues on another worker after its lease, and its stored samples count', async () => {
    await withPipeline(async (pipeline) => {
      const { deps } = pipeline;
      const runId = await pipeline.start(
        specOf(
          { load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 60 }], warmupRequests: 0 } },
          { model: 'slow' },
        ),
      );
      const key = { runId, stageIndex: 0, batchIndex: 0 };
      await expect
        .poll(async () => Object.values((await deps.batches.get(runId, 0, 0))?.blocks ?? {})[0] ?? 0, {
          timeout: 5_000,
        })
        .toBeGreaterThan(1);
      // Changes the lease owner, as if the worker were cut off and sent no more heartbeats.
      const held = await deps.batches.get(runId, 0, 0);
      await deps.batches.update(key, {}, { leaseOwner: 'nobody', leaseExpiresAtMs: Date.now() - 1 });
      const run = await pipeline.finish(runId);
      expect(run.status).toBe('completed');
      const batch = await deps.batches.get(runId, 0, 0);
      expect(batch).toMatchObject({ status: 'done', attempt: (held?.attempt ?? 0) + 1, failures: 1 });
      const [samples = []] = await samplesOf(pipeline, runId);
      expect(countBy(samples)).toEqual({ ok: 60 });
      expect(new Set(samples.map(({ attempt }) => attempt))).toEqual(new Set([1, 2]));
    });
  });

  test('whose requests were stored by two lost attempts counts each once, and ends', async () => {
    await withPipeline(async (pipeline) => {
      const { deps } = pipeline;
      const load = { mode: 'concurrency', stages: [{ concurrency: 2, requests: 30 }], warmupRequests: 0 };
      const runId = await pipeline.start(specOf({ load }, { model: 'slow' }));
      const key = { runId, stageIndex: 0, batchIndex: 0 };
      const stored = async () => deps.blocks.countBlocks(runId, 0, 0);
      await expect.poll(async () => (await stored())['1'] ?? 0, { timeout: 5_000 }).toBeGreaterThan(0);
      // A copy of the samples of attempt 1, as if stored by a second attempt that was unaware of the first.
      const copies: Sample[] = [];
      for await (const block of deps.blocks.readSamples(runId, 0, 0, { '1': 1 }))
        copies.push(...block.map((sample) => ({ ...copySample(sample), attempt: 2 })));
      await deps.blocks.put({ ...key, attempt: 2, sequence: 0 }, copies, []);
      const expired = { status: 'queued', attempt: 3, leaseOwner: null, leaseExpiresAtMs: null } as const;
      await deps.batches.update(key, {}, { ...expired, queuedAtMs: Date.now() });
      await deps.queue.send({ kind: 'batch', ...key, attempt: 3 });
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed', failure: null });
      const [samples = []] = await samplesOf(pipeline, runId);
      expect(samples.map(({ requestIndex: index }) => index)).toEqual(Array.from({ length: 30 }, (_, k) => k));
      expect(await deps.batches.get(runId, 0, 0)).toMatchObject({ attempt: 3, progress: { ok: 30, failed: 0 } });
    });
  });

  test('that every worker loses ends with a named failure, as does its run', async () => {
    await withPipeline(
      async (pipeline) => {
        const { deps } = pipeline;
        const runId = await pipeline.start(specOf({}, { model: 'endless' }));
        for (let loss = 0; loss < 2; loss++) {
          await expect
            .poll(async () => (await deps.batches.get(runId, 0, 0))?.status, { timeout: 5_000 })
            .toBe('running');
          await deps.batches.update(
            { runId, stageIndex: 0, batchIndex: 0 },
            {},
            { leaseOwner: 'nobody', leaseExpiresAtMs: Date.now() - 1 },
          );
          await deps.queue.send({ kind: 'advance', runId });
          await expect
            .poll(async () => (await deps.batches.get(runId, 0, 0))?.failures, { timeout: 5_000 })
            .toBe(loss + 1);
        }
        expect(await pipeline.finish(runId)).toMatchObject({ status: 'failed', failure: { code: 'worker_lost' } });
        const [samples = []] = await samplesOf(pipeline, runId);
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
      const runId = await pipeline.start(specOf());
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed' });
      expect(dropped).toBe(2);
    });
  });
});
