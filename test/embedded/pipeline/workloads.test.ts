import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDataset } from '../../../functions/api/datasets/create-dataset.ts';
import { planRun } from '../../../shared/plan/plan-run.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../shared/report/sections/compose-report.ts';
import { pinDataset } from '../../../shared/runs/load-dataset.ts';
import { readStageSamples } from '../../../shared/runs/read-stage-columns.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { type CachingServer, startCachingServer } from '../../support/servers/caching-server.ts';
import { type Pipeline, startPipeline } from '../../support/service/pipeline.ts';

let server: CachingServer;
let pipeline: Pipeline;
beforeAll(async () => {
  server = await startCachingServer();
  pipeline = await startPipeline({ MAX_STREAMS_PER_WORKER: '2' });
});
afterAll(async () => {
  await pipeline.close();
  await server.close();
});
beforeEach(() => server.reset());

type Change = { seed?: number; load?: object; target?: object };

function makeRunSpec(workload: object, { seed = 7, load = {}, target = {} }: Change = {}) {
  return {
    seed,
    targets: [{ id: 'a', baseUrl: server.url, model: 'm', credentialId: null, ...target }],
    workload,
    load: { mode: 'concurrency', stages: [{ concurrency: 1, requests: 12 }], warmupRequests: 0, ...load },
  };
}

async function makeReport(workload: object, change: Change = {}): Promise<Report> {
  const runId = await pipeline.start(makeRunSpec(workload, change));
  const run = await pipeline.finish(runId);
  expect(run).toMatchObject({ status: 'completed', failure: null });
  return readReport(String(await pipeline.deps.reports.get(runId)));
}

const listWarnings = (report: Report) => report.stages[0]?.warnings.join('\n') ?? '';
const tenant = async () => {
  const run = await pipeline.deps.runs.get(await pipeline.start(makeRunSpec({ kind: 'number-words' })));
  if (run === null) throw new Error('no run');
  await pipeline.finish(run.runId);
  server.reset();
  return { tenantId: run.tenantId, apiKeyId: '', scopes: [] };
};

describe('the cache', () => {
  test('is cold in a cold run: no request has cached tokens', async () => {
    const report = await makeReport({ kind: 'sonnet' });
    expect(report.stages[0]?.tokens.cachedInputShare).toMatchObject({ value: 0, n: 12, reason: null });
    expect(listWarnings(report)).not.toContain('cache');
  });

  test('is detected in a cold run that follows a run of the same seed', async () => {
    await makeReport({ kind: 'sonnet' });
    const report = await makeReport({ kind: 'sonnet' });
    expect(report.stages[0]?.tokens.cachedInputShare.value).toBeGreaterThan(0.9);
    expect(listWarnings(report)).toContain('The spec requests a cold cache');
  });

  test('serves repeated prompts, but not prompts with unique beginnings', async () => {
    const prompts = [{ prompt: 'Why is the sky blue? '.repeat(20) }, { prompt: 'What is time? '.repeat(20) }];
    const warm = await makeReport({ kind: 'prompts', prompts });
    expect(warm.stages[0]?.tokens.cachedRequestShare).toEqual({ value: 10 / 12, n: 12, reason: null });
    expect(listWarnings(warm)).toContain('Prompts repeat: 12 requests');
    server.reset();
    const cold = await makeReport({ kind: 'prompts', prompts, cache: 'cold' });
    expect(cold.stages[0]?.tokens.cachedInputShare.value).toBe(0);
    expect(listWarnings(cold)).not.toContain('Prompts repeat');
  });
});

describe('a conversation', () => {
  test('is sent turn by turn, finds its history cached, and is reported by turn', async () => {
    const workload = { kind: 'conversation', conversationsAtOnce: 4, turns: { distribution: 'fixed', value: 3 } };
    const report = await makeReport(workload);
    const turns = report.stages[0]?.turns ?? [];
    expect(turns.map(({ turn, inputTokens }) => [turn, inputTokens.n])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
    ]);
    expect(turns[0]?.cachedInputShare.value).toBe(0);
    expect(turns.slice(1).map(({ overlapShare }) => overlapShare.value)).toEqual([0, 0]);
    expect(turns[1]?.cachedInputShare.value).toBeGreaterThan(0.3);
    expect(Number(turns[2]?.cachedInputShare.value)).toBeGreaterThan(Number(turns[1]?.cachedInputShare.value));
    expect(server.asked.map(({ messages }) => messages.length)).toEqual([1, 1, 1, 1, 3, 3, 3, 3, 5, 5, 5, 5]);
    expect(report.run.workloadNotes.join()).toContain('scripted');
    expect(renderText(composeSummary(report))).toContain('Conversation turns');
  });
});

describe('a live conversation', () => {
  const live = (turns: number) => ({
    kind: 'conversation',
    history: 'live',
    turns: { distribution: 'fixed', value: turns },
  });
  const makeLoad = (concurrency: number, requests: number) => ({ stages: [{ concurrency, requests }] });
  /** Returns index, outcome, attempt, and `notSentReason` of the run's samples, by index. */
  const readSamples = async (runId: string) => {
    const run = await pipeline.deps.runs.get(runId);
    const [stage] = run === null ? [] : planRun(run.spec, run);
    if (run === null || stage === undefined) throw new Error('no run');
    const samples: Sample[] = [];
    for await (const batch of readStageSamples(pipeline.deps, run, stage)) samples.push(...batch);
    return samples.toSorted((a, b) => a.requestIndex - b.requestIndex);
  };

  test("contains the model's own answers, one turn at a time per stream, over several workers", async () => {
    const report = await makeReport(live(3), { load: makeLoad(4, 30) });
    const [stage] = report.stages;
    expect(stage).toMatchObject({ batches: 2, counts: { ok: 30, notSent: 0 } });
    const later = server.asked.filter(({ messages }) => messages.length > 1);
    expect(later).toHaveLength(20);
    for (const { messages } of later) {
      expect(messages.filter(({ role }) => role === 'assistant').map(({ content }) => content)).toEqual(
        new Array((messages.length - 1) / 2).fill('well then'),
      );
      // The history contains the earlier questions.
      const before = JSON.stringify(messages.slice(0, -2));
      expect(server.asked.some((body) => JSON.stringify(body.messages) === before)).toBe(true);
    }
    expect(
      stage?.turns.map(({ turn, inputTokens, overlapShare }) => [turn, inputTokens.n, overlapShare.value]),
    ).toEqual([
      [1, 10, null],
      [2, 10, 0],
      [3, 10, 0],
    ]);
    expect(stage?.turns[1]?.pauseMs.p50).toBeGreaterThan(0);
    expect(report.run.workloadNotes.join()).toContain("the model's own");
  });

  test('ends at a failed turn: its later turns are not sent, and other conversations continue', async () => {
    server.failIf = ({ messages }) => messages.length === 3 && server.asked.length % 2 === 0;
    const runId = await pipeline.start(makeRunSpec(live(4), { load: makeLoad(2, 40) }));
    expect(await pipeline.finish(runId)).toMatchObject({ status: 'completed' });
    const samples = await readSamples(runId);
    const failed = samples.filter(({ outcome }) => outcome === 'http_5xx');
    const unsent = samples.filter(({ outcome }) => outcome === 'not_sent');
    expect(samples.map(({ requestIndex: index }) => index)).toEqual(Array.from({ length: 40 }, (_, k) => k));
    expect(failed.length).toBeGreaterThan(0);
    expect(unsent.map(({ requestIndex: index, notSentReason }) => [index, notSentReason])).toEqual(
      failed.flatMap(({ requestIndex: index }) => [index + 1, index + 2].map((left) => [left, 'no_history'])),
    );
    expect(server.asked).toHaveLength(40 - unsent.length);
  });

  test('with fewer conversations than streams starts at once, and sends all turns', async () => {
    const report = await makeReport(live(6), { load: makeLoad(2, 6) });
    expect(report.stages[0]?.counts).toMatchObject({ ok: 6 });
    expect(server.asked.map(({ messages }) => messages.length)).toEqual([1, 3, 5, 7, 9, 11]);
  });

  test('of a lost worker is not continued; unstarted conversations are sent completely; each index counts once', async () => {
    const gate = Promise.withResolvers<boolean>();
    server.failIf = () => (server.asked.length > 6 ? gate.promise : false);
    const runId = await pipeline.start(makeRunSpec(live(4), { load: makeLoad(2, 24) }));
    const key = { runId, stageIndex: 0, batchIndex: 0 };
    await expect
      .poll(async () => (await pipeline.deps.batches.get(runId, 0, 0))?.progress.ok ?? 0, { timeout: 5_000 })
      .toBe(6);
    await expect
      .poll(async () => Object.keys((await pipeline.deps.batches.get(runId, 0, 0))?.blocks ?? {}))
      .toEqual(['1']);
    await pipeline.deps.batches.update(key, {}, { leaseOwner: 'nobody', leaseExpiresAtMs: Date.now() - 1 });
    const finished = pipeline.finish(runId);
    // If released earlier, the first worker could send everything before its heartbeat reports the lost batch.
    await expect.poll(async () => (await pipeline.deps.batches.get(runId, 0, 0))?.attempt, { timeout: 5_000 }).toBe(2);
    gate.resolve(false);
    expect(await finished).toMatchObject({ status: 'completed', failure: null });
    const samples = await readSamples(runId);
    expect(samples.map(({ requestIndex: index }) => index)).toEqual(Array.from({ length: 24 }, (_, k) => k));
    for (let first = 0; first < 24; first += 4) {
      const turns = samples.slice(first, first + 4);
      const [begun] = turns;
      if (begun?.attempt === 2)
        expect(turns.every(({ outcome, attempt }) => outcome === 'ok' && attempt === 2)).toBe(true);
      else
        for (const { outcome, attempt, notSentReason } of turns)
          expect([outcome, attempt, notSentReason]).toEqual(
            attempt === 1 ? ['ok', 1, null] : ['not_sent', 0, 'no_history'],
          );
    }
    expect(samples.some(({ notSentReason }) => notSentReason === 'no_history')).toBe(true);
    expect(samples.some(({ attempt }) => attempt === 2)).toBe(true);
  });
});

describe('LLMPerf requests', () => {
  test('v1: two messages, 384 tokens at most, temperature 0 unless the target says otherwise', async () => {
    const report = await makeReport({ kind: 'llmperf-v1' });
    expect(server.asked.every((body) => body.temperature === 0 && body.max_tokens === 384)).toBe(true);
    expect(server.asked[0]?.messages.map(({ role }) => role)).toEqual(['system', 'user']);
    expect(report.run.workloadNotes[0]).toContain('first 518');
    server.reset();
    await makeReport({ kind: 'llmperf-v1' }, { target: { body: { temperature: 0.5 } } });
    expect(server.asked[0]?.temperature).toBe(0.5);
  });

  test('v2: no temperature, an empty system message, and both the measured and the target size', async () => {
    const report = await makeReport({ kind: 'llmperf-v2', inputTokens: { mean: 550, stddev: 0 } });
    expect(server.asked.every((body) => body.temperature === undefined && body.messages[0]?.content === '')).toBe(true);
    const stage = report.stages[0];
    expect(stage?.tokens.requestedInputTokens).toMatchObject({ n: 12, mean: 550, stddev: 0 });
    expect(Number(stage?.requests.inputTokens.mean)).toBeCloseTo(513, -1);
    expect(listWarnings(report)).toMatch(/The prompts contain 93\.\d % of the requested input tokens/);
    expect(report.run.workloadNotes[0]).toContain('first 84');
  });
});

describe('a dataset', () => {
  test('is sent line by line, also over several batches and levels', async () => {
    const principal = await tenant();
    const lines = Array.from({ length: 30 }, (_, i) =>
      JSON.stringify({ prompt: `Question ${i}`, maxOutputTokens: i + 1 }),
    );
    const { dataset } = await createDataset(
      { deps: pipeline.deps, tenantId: principal.tenantId },
      { bytes: new Uint8Array(Buffer.from(lines.join('\n'))), type: 'application/jsonl' },
      { kind: 'prompts', name: null },
    );
    const named = { kind: 'dataset' as const, datasetId: dataset.datasetId, maxOutputTokens: 256 };
    const workload = await pinDataset(pipeline.deps, principal.tenantId, named);
    expect(workload).toMatchObject({ datasetSha256: dataset.sha256, promptCount: 30 });
    const stages = [
      { concurrency: 4, requests: 20 },
      { concurrency: 2, requests: 10 },
    ];
    await makeReport(workload, { load: { stages } });
    const asked = server.asked.map(({ messages, max_tokens }) => `${messages[0]?.content} ${max_tokens}`);
    expect(asked.sort()).toEqual(lines.map((_, i) => `Question ${i} ${i + 1}`).sort());
  });

  test('of lines replaces the sonnets', async () => {
    const principal = await tenant();
    const text = Array.from({ length: 40 }, (_, i) => `verse number ${i} of a poem of mine`).join('\n');
    const { dataset } = await createDataset(
      { deps: pipeline.deps, tenantId: principal.tenantId },
      { bytes: new Uint8Array(Buffer.from(text)), type: 'text/plain' },
      { kind: 'lines', name: null },
    );
    await makeReport({ kind: 'sonnet', corpusDatasetId: dataset.datasetId });
    expect(server.asked.every(({ messages }) => messages[0]?.content.includes('of a poem of mine'))).toBe(true);
  });

  test('that was deleted ends the run with a named failure, which every request has', async () => {
    const datasetId = `dts_${'0'.repeat(26)}`;
    const runId = await pipeline.start(makeRunSpec({ kind: 'dataset', datasetId }));
    expect(await pipeline.finish(runId)).toMatchObject({ status: 'failed', failure: { code: 'dataset_missing' } });
    const report = readReport(String(await pipeline.deps.reports.get(runId)));
    expect(report.stages[0]?.counts).toMatchObject({ notSent: 12, notSentByReason: { dataset_missing: 12 } });
    expect(server.asked).toEqual([]);
  });
});
