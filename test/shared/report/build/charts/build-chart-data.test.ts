import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import { buildChartData, thinAperiodically } from '../../../../../shared/report/build/charts/build-chart-data.ts';
import { maxBins, maxPoints, maxQuantiles } from '../../../../../shared/report/model/chart-data.ts';
import {
  makeFailure,
  makeOk,
  makeReportInput,
  makeSpec,
  makeTwoProviders,
  quickProvider,
} from '../../../../support/factories/sample-factory.ts';

describe('buildChartData', () => {
  const { charts, stages } = buildReport(makeTwoProviders());

  test('has every good request in the order of the plan if there are few', () => {
    expect(charts.requests.map(({ targetId, n, points }) => [targetId, n, points.length])).toEqual([
      ['anyscale', 150, 150],
      ['fireworks', 150, 150],
    ]);
  });

  test('has the same quantiles as the statistics', () => {
    const own = charts.distributions.find(({ stageIndex, metric }) => stageIndex === 1 && metric === 'ttftMs');
    const { p25, p50, p99, min, max } = stages[1]?.requests.ttftMs ?? {};
    expect(own?.n).toBe(150);
    expect([0, 25, 50, 99, 100].map((percent) => own?.quantiles[percent])).toEqual(
      [min, p25, p50, p99, max].map((value) => Number((value ?? 0).toFixed(3))),
    );
  });

  test('counts every request of the run once in the timeline', () => {
    const targets = charts.timeline?.targets ?? [];
    expect(targets.map(({ bins }) => bins.reduce((sum, { ok }) => sum + ok, 0))).toEqual([150, 150]);
    expect(targets.flatMap(({ bins }) => bins).every(({ failed }) => failed === 0)).toBe(true);
  });

  test('has a bounded size for any number of requests', () => {
    const spec = makeSpec({
      targets: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
      load: { mode: 'concurrency', stages: [{ concurrency: 50, requests: 5_000 }] },
    });
    const large = buildReport(makeReportInput(spec, [quickProvider], 1, { withGaps: false })).charts;
    expect(large.requests.map(({ n, points }) => [n, points.length])).toEqual(
      Array.from({ length: 3 }, () => [5_000, Math.floor(maxPoints / 3)]),
    );
    for (const { quantiles } of large.distributions) expect(quantiles).toHaveLength(maxQuantiles);
    expect(large.timeline?.targets[0]?.bins.length).toBeLessThanOrEqual(maxBins);
    expect(JSON.stringify(large).length).toBeLessThan(100_000);
  });

  test('places stages by the wall clock and failures by their end', () => {
    const start = { startMs: 0, ttftMs: 400, e2eMs: 900 };
    const { originWallMs } = makeOk(start);
    const later = { originWallMs: (originWallMs ?? 0) + 60_000 };
    const { timeline } = buildChartData(
      ['a', 'b'],
      [
        { stageIndex: 0, targetId: 'a', measured: [makeOk(start), makeFailure(100, 30)] },
        { stageIndex: 1, targetId: 'b', measured: [makeOk({ ...start, ttftMs: 500 }, later)] },
      ],
    );
    expect(timeline).toMatchObject({ binMs: 10_000, from: new Date(originWallMs ?? 0).toISOString() });
    const [a, b] = timeline?.targets ?? [];
    expect([a?.bins[0], a?.bins.length]).toEqual([{ ok: 1, failed: 1, ttftP50Ms: 400 }, 7]);
    expect([b?.bins[0], b?.bins[6]]).toEqual([
      { ok: 0, failed: 0, ttftP50Ms: null },
      { ok: 1, failed: 0, ttftP50Ms: 500 },
    ]);
  });

  test('is empty for a run without requests', () => {
    expect(buildChartData(['a'], [{ stageIndex: 0, targetId: 'a', measured: [] }])).toEqual({
      requests: [{ targetId: 'a', n: 0, points: [] }],
      distributions: [],
      timeline: null,
    });
  });
});

describe('thinAperiodically', () => {
  const values = Array.from({ length: 10_000 }, (_, i) => i);

  test('keeps the order, always returns the same values, and returns all values if there are few', () => {
    const kept = thinAperiodically(values, 300);
    expect(kept).toHaveLength(300);
    expect(kept).toEqual(kept.toSorted((a, b) => a - b));
    expect(thinAperiodically(values, 300)).toEqual(kept);
    expect(thinAperiodically([3, 1, 2], 3)).toEqual([3, 1, 2]);
  });

  test.each([2, 3, 4, 5, 7, 8, 10])('keeps an even share of each position in a period of %d', (period) => {
    const kept = thinAperiodically(values, 500);
    for (let place = 0; place < period; place++) {
      const share = kept.filter((value) => value % period === place).length / kept.length;
      expect(share).toBeGreaterThan(0.8 / period);
      expect(share).toBeLessThan(1.2 / period);
    }
  });
});
