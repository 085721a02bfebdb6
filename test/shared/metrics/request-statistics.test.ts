import { describe, expect, test } from 'vitest';
import { requestMetricNames } from '../../../shared/metric-names.ts';
import { computeRequestStatistics } from '../../../shared/metrics/request-statistics.ts';
import { makeOk } from '../../support/factories/sample-factory.ts';

describe('computeRequestStatistics', () => {
  test('has every request metric, null with the reason if no request succeeded', () => {
    const all = computeRequestStatistics([], null);
    expect(Object.keys(all).sort()).toEqual([...requestMetricNames].sort());
    for (const name of requestMetricNames)
      expect(all[name]).toMatchObject({ n: 0, mean: null, p99: null, reason: 'no request succeeded' });
  });

  test('counts, for each metric, only the requests that have it', () => {
    const times = { startMs: 0, ttftMs: 100, e2eMs: 1_000 };
    const all = computeRequestStatistics([makeOk(times), makeOk(times, { outputTokens: 1 })], Float64Array.of(5, 7, 9));
    expect(all.ttftMs).toMatchObject({ n: 2, mean: 100, stddev: 0, reason: null });
    expect(all.tpotMs).toMatchObject({ n: 1, stddev: null, reason: 'one value has no standard deviation' });
    expect(all.chunkGapMs).toMatchObject({ n: 3, p50: 7 });
  });

  test('has intervals of all statistics except gaps, which are not independent', () => {
    const samples = Array.from({ length: 40 }, (_, i) => makeOk({ startMs: 0, ttftMs: 100 + i, e2eMs: 1_000 }));
    const { ttftMs, chunkGapMs } = computeRequestStatistics(
      samples,
      Float64Array.from({ length: 500 }, (_, i) => i),
    );
    expect(ttftMs.intervals?.p50.interval).toMatchObject({ level: 0.95, method: 'order statistics, interpolated' });
    expect(ttftMs.intervals?.p95).toEqual({ interval: null, minimumN: 72, reason: null });
    expect(chunkGapMs.intervals).toBeNull();
  });
});
