import { describe, expect, test } from 'vitest';
import type { Report } from '../../../shared/report/model/report.ts';
import { renderText } from '../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../shared/report/sections/compose-report.ts';
import { startProviderProcess } from '../../support/servers/provider-process.ts';

import { startPipeline } from '../../support/service/pipeline.ts';
import { useLoadPipeline } from './load-run.ts';

const { makeRunSpec, measure } = useLoadPipeline();

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
});

describe('a stage that stops early', () => {
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
