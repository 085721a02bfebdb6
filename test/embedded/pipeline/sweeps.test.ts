import { describe, expect, test } from 'vitest';
import type { Report } from '../../../shared/report/model/report.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../shared/report/sections/compose-report.ts';
import { startProviderProcess } from '../../support/servers/provider-process.ts';

import { startPipeline } from '../../support/service/pipeline.ts';
import { useLoadPipeline } from './load-run.ts';

const { serverUrl, makeRunSpec, measure } = useLoadPipeline();

describe('a sweep', () => {
  test('finds the knee of a provider with ten slots, and decides each level once although messages arrive twice', async () => {
    const latency = { ttft: { baseMs: 150 }, outputToken: { ms: 0.5 } };
    const models = { m: { latency, capacity: 10, tokensPerChunk: 50, output: { defaultTokens: 20 } } };
    const provider = await startProviderProcess({ models });
    const doubled = await startPipeline({}, { copies: 2, shuffle: true, maxDelayMs: 20, seed: 5 });
    try {
      // The search would send more requests than fit in this time, which keeps the test short.
      const load = { mode: 'sweep', search: { find: 'knee', min: 4, max: 64 }, requests: 40, durationMs: 2_500 };
      const targets = [{ id: 'a', baseUrl: provider.url, model: 'm', credentialId: null }];
      const runId = await doubled.start(makeRunSpec('m', { ...load, warmupRequests: 2 }, { targets }));
      const run = await doubled.finish(runId, 100_000);
      const report: Report = JSON.parse((await doubled.deps.reports.get(runId)) ?? 'null');
      expect(run).toMatchObject({ status: 'completed', failure: null });
      expect(doubled.bus.errors).toEqual([]);
      const [sweep] = report.sweeps;
      expect(Math.abs((sweep?.finding?.value ?? 0) - 10)).toBeLessThanOrEqual(1);
      const values = run.levels.map(({ value }) => value);
      expect(values.slice(0, 4)).toEqual([4, 8, 16, 32]);
      expect(new Set(values).size).toBe(values.length);
      expect(report.stages.map(({ load: { concurrency } }) => concurrency)).toEqual(values);
      expect(report.stages.every(({ counts }) => counts.ok === counts.issued)).toBe(true);
      expect(renderText(composeSummary(report)).replaceAll(/\s+/g, ' ')).toContain(
        sweep?.finding?.statement ?? 'no finding',
      );
    } finally {
      await doubled.close();
      await provider.stop();
    }
  }, 130_000);

  test('over a grid runs every level for every target, and compares the targets at each level', async () => {
    const load = {
      mode: 'sweep',
      over: 'rate',
      arrivals: 'constant',
      values: [40, 80],
      requests: 20,
      warmupRequests: 0,
    };
    const targets = ['a', 'b'].map((id) => ({ id, baseUrl: serverUrl(), model: 'fast', credentialId: null }));
    const { report } = await measure(makeRunSpec('fast', load, { targets, order: 'interleaved' }));
    expect(report.stages.map(({ targetId, load: { requestsPerSecond } }) => [targetId, requestsPerSecond])).toEqual([
      ['a', 40],
      ['b', 40],
      ['a', 80],
      ['b', 80],
    ]);
    expect(
      report.comparisons.map(({ levelIndex, baseTargetId: base, targetId }) => [levelIndex, base, targetId]),
    ).toEqual([
      [0, 'a', 'b'],
      [1, 'a', 'b'],
    ]);
    expect(report.sweeps.map(({ find, levels, finding }) => [find, levels.length, finding])).toEqual([
      [null, 2, null],
      [null, 2, null],
    ]);
  });

  test('for an SLO searches each target separately, and reports the result', async () => {
    const slos = [{ metric: 'errorRate', op: '<=', value: 0.1 }];
    const load = { mode: 'sweep', search: { find: 'slo', max: 4, slos }, requests: 10, warmupRequests: 0 };
    const targets = ['fast', 'limited'].map((model) => ({
      id: model,
      baseUrl: serverUrl(),
      model,
      credentialId: null,
    }));
    const { run, report } = await measure(makeRunSpec('fast', load, { targets }));
    expect(run.levels).toEqual([
      { targetIndex: 0, value: 1 },
      { targetIndex: 0, value: 2 },
      { targetIndex: 0, value: 4 },
      { targetIndex: 1, value: 1 },
    ]);
    expect(report.sweeps.map(({ finding }) => [finding?.value, finding?.low, finding?.high])).toEqual([
      [4, 4, null],
      [null, null, 1],
    ]);
  });
});

describe('a stage that stops early', () => {
  test('stops on all workers when the median is precise enough, and accounts for every request', async () => {
    const load = {
      mode: 'concurrency',
      stages: [
        { concurrency: 4, requests: 3_000 },
        { concurrency: 2, requests: 20 },
      ],
      stopWhen: { metric: 'e2eLatencyMs', statistic: 'p50', relativeHalfWidth: 0.3, minRequests: 60 },
      warmupRequests: 2,
    };
    const { run, report } = await measure(makeRunSpec('slow', load), { maxStreamsPerWorker: 2 });
    expect(run).toMatchObject({ status: 'completed', failure: null, stop: null });
    const [first, second] = report.stages;
    expect(first?.batches).toBe(2);
    expect(first?.stop).toMatchObject({ reason: 'precision_reached' });
    expect(first?.stop?.detail).toMatch(/^e2eLatencyMs p50 is [\d.e+]+ ± [\d.]+ % at n = \d+$/);
    const counts = first?.counts;
    expect(counts?.ok).toBeGreaterThanOrEqual(60);
    expect(counts?.ok).toBeLessThan(1_500);
    expect(counts).toMatchObject({ planned: 3_000, failed: 0, canceled: 0 });
    expect(counts?.notSentByReason.precision_reached).toBe(3_000 - (counts?.ok ?? 0));
    // A stage with too few requests for the rule runs to the end.
    expect(second).toMatchObject({ stop: null, counts: { ok: 20, notSent: 0 } });
  });

  test('stops when requests are due faster than they end, and skips later levels', async () => {
    const models = {
      m: { latency: { ttft: { baseMs: 40 } }, capacity: 2, tokensPerChunk: 50, output: { defaultTokens: 5 } },
    };
    const provider = await startProviderProcess({ models });
    try {
      const stages = [
        { requestsPerSecond: 12, requests: 20 },
        { requestsPerSecond: 85, requests: 2_000 },
        { requestsPerSecond: 100, requests: 2_000 },
      ];
      const load = { mode: 'rate', stages, maxConcurrency: 1_000, onSaturation: 'stop_levels', warmupRequests: 0 };
      const targets = [{ id: 'a', baseUrl: provider.url, model: 'm', credentialId: null }];
      const { run, report } = await measure(makeRunSpec('m', load, { targets }), { maxStreamsPerWorker: 500 }, 120_000);
      expect(run).toMatchObject({ status: 'completed', failure: null });
      const [calm, saturated, leftOut] = report.stages;
      expect(calm).toMatchObject({ stop: null, counts: { ok: 20 } });
      expect(saturated?.stop).toMatchObject({ reason: 'over_saturated' });
      expect(saturated?.counts.canceled).toBe(0);
      expect(saturated?.counts.ok).toBeGreaterThan(200);
      expect(saturated?.counts.notSentByReason.over_saturated).toBeGreaterThan(500);
      expect(saturated?.warnings.join()).toMatch(/over.saturated/i);
      expect(leftOut?.counts).toMatchObject({ issued: 0, notSentByReason: { over_saturated: 2_000 } });
    } finally {
      await provider.stop();
    }
  }, 150_000);
});
