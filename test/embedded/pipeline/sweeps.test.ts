import { describe, expect, test } from 'vitest';
import { useLoadPipeline } from './load-run.ts';

const { serverUrl, makeRunSpec, measure } = useLoadPipeline();

describe('a sweep', () => {
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
});
