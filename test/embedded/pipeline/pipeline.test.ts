import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureLive } from '../../../functions/api/runs/measure-live.ts';
import { handleDeadLetter } from '../../../functions/coordinator/coordinator.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import { runAtOnce } from '../../../shared/time-slices.ts';
import { computePromptDigest, workloadSchema } from '../../../shared/workload/workload.ts';
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

describe('a run', () => {
  test('ends completed with exactly one sample per planned request', async () => {
    await withPipeline(async (pipeline) => {
      const runId = await pipeline.start(makeSpec());
      const run = await pipeline.finish(runId);
      expect(run).toMatchObject({ status: 'completed', failure: null, stop: null });
      const [samples = []] = await readSamples(pipeline, runId);
      expect(samples.map(({ requestIndex: index }) => index)).toEqual(Array.from({ length: 42 }, (_, k) => k));
      expect(samples.filter(({ warmup }) => warmup)).toHaveLength(2);
      expect(countBy(samples)).toEqual({ ok: 42 });
      const report = readReport((await pipeline.deps.reports.get(runId)) ?? 'null');
      expect(report.stages[0]?.instrument.runtimes).toMatchObject([
        { nodeVersion: process.versions.node, region: null },
      ]);
      // The live mean, which the workers sum up as they measure, is the mean of the report, whose times are whole microseconds.
      const { ttftMeanMs, outputTokensPerSecond } = measureLive(await pipeline.deps.batches.list(runId));
      expect(ttftMeanMs).toBeCloseTo(report.stages[0]?.requests.ttftMs.mean ?? Number.NaN, 2);
      expect(outputTokensPerSecond).toBeGreaterThan(0);
      const { workload, seed } = makeSpec();
      const sha256 = runAtOnce(computePromptDigest(workloadSchema.parse(workload), seed, 20));
      expect(report.run.promptDigest).toEqual({ count: 20, sha256 });
    });
  });

  test('has the same report bytes when it is finalized again', async () => {
    await withPipeline(async (pipeline) => {
      const runId = await pipeline.start(makeSpec());
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
        const runId = await pipeline.start(makeSpec({ load, targets, order: 'interleaved' }));
        const { tenantId, ...run } = await pipeline.finish(runId);
        expect(run).toMatchObject({ status: 'completed', usage: { requests: 192 } });
        const days = await pipeline.deps.dailyUsage.listDays(tenantId, '2000-01-01', '2100-01-01');
        expect(days).toMatchObject([{ runs: 1, requests: 192 }]);
        const stages = await readSamples(pipeline, runId);
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
      { table: 'embedded' },
    );
  });

  test('hands its remaining requests to another worker before the time limit, repeatedly if needed', async () => {
    await withPipeline(
      async (pipeline) => {
        const runId = await pipeline.start(
          makeSpec(
            {
              load: { mode: 'concurrency', stages: [{ concurrency: 2, requests: 120 }], warmupRequests: 0 },
              limits: { requestTimeoutMs: 2_000 },
            },
            { model: 'slow' },
          ),
        );
        expect(await pipeline.finish(runId, 60_000)).toMatchObject({ status: 'completed' });
        const [batch] = await pipeline.deps.batches.list(runId);
        const { attempt = 0, attempts = [] } = batch ?? {};
        expect(attempt).toBeGreaterThan(1);
        // The notes of earlier attempts do not make the batch larger, and are in the report all the same.
        expect(attempts.map((note) => note.attempt)).toEqual([attempt]);
        const report = readReport((await pipeline.deps.reports.get(runId)) ?? 'null');
        expect(report.stages[0]?.instrument.attempts).toBe(attempt);
        const [samples = []] = await readSamples(pipeline, runId);
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
        makeSpec(
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
      const [samples = []] = await readSamples(pipeline, runId);
      expect(countBy(samples)).toEqual({ canceled: 4, not_sent: 496 });
      expect(new Set(samples.flatMap(({ notSentReason }) => notSentReason ?? []))).toEqual(new Set(['run_canceled']));
    });
  });

  test('ends as failed, with its results so far, when too many requests fail', async () => {
    await withPipeline(async (pipeline) => {
      const load = { mode: 'concurrency', stages: [{ concurrency: 4, requests: 2_000 }], warmupRequests: 0 };
      const runId = await pipeline.start(makeSpec({ load, limits: { maxErrorRate: 0.5 } }, { model: 'limited' }));
      expect(await pipeline.finish(runId)).toMatchObject({
        status: 'failed',
        stop: 'error_rate',
        failure: { code: 'error_rate' },
      });
      const [samples = []] = await readSamples(pipeline, runId);
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
      const runId = await pipeline.start(makeSpec({ load, limits: { maxCostUsd } }));
      expect(await pipeline.finish(runId)).toMatchObject({
        status: 'failed',
        stop: 'cost_cap',
        failure: { code: 'cost_cap' },
      });
      const [samples = []] = await readSamples(pipeline, runId);
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
      const runId = await pipeline.start(makeSpec({ load }, { model: 'slow' }));
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed', stop: null });
      const [samples = []] = await readSamples(pipeline, runId);
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
      const runId = await pipeline.start(makeSpec());
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
        const runId = await pipeline.start(makeSpec({ limits: { requestTimeoutMs: 5_000 } }));
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
  ])(
    '%s: fails with the cause, and gives a complete report with n = 0 and the class',
    async (model, change, outcome) => {
      await withPipeline(async (pipeline) => {
        const target = model === 'refused' ? { baseUrl: 'http://127.0.0.1:9/v1' } : { model };
        const load = { mode: 'concurrency', stages: [{ concurrency: 4, requests: 8 }], warmupRequests: 1 };
        const runId = await pipeline.start(makeSpec({ load, ...change }, target));
        const failure = {
          code: 'no_good_request',
          message: expect.stringContaining(`(${outcome}, at http://127.0.0.1:`),
        };
        expect(await pipeline.finish(runId)).toMatchObject({ status: 'failed', failure });
        const [samples = []] = await readSamples(pipeline, runId);
        expect(countBy(samples)).toEqual({ [outcome]: 9 });
        const report = (await pipeline.deps.reports.get(runId)) ?? '';
        expect(report).not.toMatch(/NaN|Infinity/);
        expect(JSON.parse(report)).toMatchObject({ run: { runId } });
      });
    },
  );
});

describe('a run that checks its targets first', () => {
  const load = { mode: 'concurrency', stages: [{ concurrency: 4, requests: 8 }], warmupRequests: 1 };

  test('sends one more request to a usable target, and has no sample of it', async () => {
    await withPipeline(async (pipeline) => {
      const before = server.requestCount('fast');
      const runId = await pipeline.start(makeSpec({ load }), { check: true });
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed' });
      const [samples = []] = await readSamples(pipeline, runId);
      expect([countBy(samples), server.requestCount('fast') - before]).toEqual([{ ok: 9 }, 10]);
      const [check] = await pipeline.deps.targetChecks.list(runId);
      expect(check?.result).toMatchObject({ outcome: 'ok', httpStatus: 200, error: null });
      expect(check?.result?.ttftMs).toBeGreaterThan(0);
    });
  });

  test('sends nothing else to a wrong address, and has a report without requests', async () => {
    await withPipeline(async (pipeline) => {
      const runId = await pipeline.start(makeSpec({ load }, { baseUrl: 'http://127.0.0.1:9/v1' }), { check: true });
      const failure = { code: 'check_failed', message: expect.stringContaining('(connect, at http://127.0.0.1:9/v1)') };
      expect(await pipeline.finish(runId)).toMatchObject({ status: 'failed', stop: 'check_failed', failure });
      const [samples = []] = await readSamples(pipeline, runId);
      expect(new Set(samples.map(({ notSentReason }) => notSentReason))).toEqual(new Set(['check_failed']));
      const report = JSON.parse((await pipeline.deps.reports.get(runId)) ?? '');
      expect(report).toMatchObject({ run: { failure, stop: 'check_failed' }, stages: [{ counts: { notSent: 8 } }] });
    });
  });
});
