import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import {
  makeReportInput,
  makeSpec,
  makeTwoProviders,
  quickProvider,
  slowProvider,
} from '../../../../support/factories/sample-factory.ts';

describe('compareTargets', () => {
  const report = buildReport(makeTwoProviders());
  const [comparison] = report.comparisons;

  test('compares each target with the first target of the spec, and names the base', () => {
    expect(comparison).toMatchObject({ levelIndex: 0, baseTargetId: 'anyscale', targetId: 'fireworks' });
    const e2e = comparison?.metrics.find(({ metric, statistic }) => metric === 'e2eLatencyMs' && statistic === 'mean');
    const [base, targetE2e] = report.stages.map(({ requests }) => Number(requests.e2eLatencyMs.mean));
    expect(e2e).toMatchObject({
      base,
      target: targetE2e,
      nBase: 150,
      nTarget: 150,
      difference: Number(targetE2e) - Number(base),
    });
    expect(e2e?.ratio).toBe(Number(targetE2e) / Number(base));
    expect(e2e?.statement).toMatch(
      /^The mean e2eLatencyMs of fireworks is 1\.\d{3} times that of anyscale \(\d+\.\d % longer; 95 % interval 1\.\d{3} to 1\.\d{3}\)\.$/,
    );
  });

  test('compares answers to the same prompt in pairs, with an interval of the difference', () => {
    const e2e = comparison?.metrics.find(({ metric, statistic }) => metric === 'e2eLatencyMs' && statistic === 'p50');
    const { inference } = e2e ?? {};
    expect(inference).toMatchObject({ paired: true, nBase: 150, nTarget: 150 });
    expect(inference?.ratio.value).toBeCloseTo(Number(e2e?.ratio), 12);
    expect(Number(inference?.ratio.interval?.low)).toBeLessThanOrEqual(Number(e2e?.ratio));
    expect(Number(inference?.ratio.interval?.high)).toBeGreaterThanOrEqual(Number(e2e?.ratio));
    expect(inference?.test).toMatchObject({ test: 'Wilcoxon signed-rank' });
    expect(inference?.test.pValue).toBeLessThan(0.001);
    const rate = comparison?.metrics.find(({ metric }) => metric === 'completedRequestsPerMinute');
    expect(rate?.inference).toBeNull();
  });

  test('estimates difference and ratio from the pairs, to which their intervals belong, if some responses have no pair', () => {
    const load = { mode: 'concurrency', stages: [{ concurrency: 5, requests: 200 }] } as const;
    const spec = makeSpec({ targets: [{ id: 'a' }, { id: 'b' }], load: { ...load, stages: [...load.stages] } });
    const input = makeReportInput(spec, [{ ...quickProvider, failureShare: 0.05 }, slowProvider]);
    const compared = (buildReport(input).comparisons[0]?.metrics ?? []).filter(({ inference }) => inference !== null);
    expect(compared.length).toBeGreaterThanOrEqual(10);
    for (const { difference, ratio, nBase, nTarget, inference } of compared) {
      expect(inference).toMatchObject({ paired: true, nBase, nTarget: nBase });
      expect(nBase).toBeLessThan(nTarget);
      expect([difference, ratio]).toEqual([inference?.difference.value, inference?.ratio.value]);
      expect(ratio).toBeGreaterThanOrEqual(inference?.ratio.interval?.low ?? Number.NaN);
      expect(ratio).toBeLessThanOrEqual(inference?.ratio.interval?.high ?? Number.NaN);
    }
  });

  test('compares without pairs if a target failed on many prompts, and gives no inference for fewer than ten answers', () => {
    const inferenceWith = (failureShare: number, requests: number) => {
      const load = { mode: 'concurrency', stages: [{ concurrency: 5, requests }] } as const;
      const spec = makeSpec({ targets: [{ id: 'a' }, { id: 'b' }], load: { ...load, stages: [...load.stages] } });
      const input = makeReportInput(spec, [
        { ...quickProvider, failureShare },
        { ...slowProvider, failureShare },
      ]);
      return buildReport(input).comparisons[0]?.metrics[0]?.inference;
    };
    expect(inferenceWith(0.5, 200)).toMatchObject({ paired: false, test: { test: 'Mann-Whitney U' } });
    expect(inferenceWith(0, 200)).toMatchObject({ paired: true });
    expect(inferenceWith(0, 9)).toBeNull();
  });

  test('says that a difference may be chance if its interval includes none', () => {
    const spec = makeSpec({ targets: [{ id: 'a' }, { id: 'b' }] });
    const { comparisons } = buildReport(makeReportInput(spec, [quickProvider, quickProvider]));
    const ttft = comparisons[0]?.metrics.find(({ metric, statistic }) => metric === 'ttftMs' && statistic === 'p50');
    expect(ttft?.statement).toContain('; chance can explain the difference');
  });

  test('gives the break-even ratio, and the cheaper target on each side', () => {
    expect(comparison?.breakEven.inputPerOutput).toBeCloseTo(6, 12);
    expect(comparison?.breakEven.statement).toBe(
      'Break-even: 6 input tokens per output token. fireworks is cheaper above this ratio; anyscale is cheaper below it.',
    );
  });

  test('compares only stages with the same load', () => {
    const stages = [5, 10].map((concurrency) => ({ concurrency, requests: 20 }));
    const spec = makeSpec({ targets: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], load: { mode: 'concurrency', stages } });
    const { comparisons } = buildReport(makeReportInput(spec, [quickProvider, slowProvider, slowProvider]));
    expect(
      comparisons.map(({ levelIndex, baseTargetId: base, targetId }) => `${levelIndex} ${base} ${targetId}`),
    ).toEqual(['0 a b', '0 a c', '1 a b', '1 a c']);
  });

  test('compares nothing if there is only one target', () => {
    expect(buildReport(makeReportInput(makeSpec(), [quickProvider])).comparisons).toEqual([]);
  });

  test('gives null, with the target that lacks the value and the reason', () => {
    const spec = makeSpec({ targets: [{ id: 'a' }, { id: 'b' }] });
    const { comparisons } = buildReport(makeReportInput(spec, [quickProvider, { ...slowProvider, failureShare: 1 }]));
    const figures = comparisons[0]?.metrics ?? [];
    const ttft = figures.find(({ metric }) => metric === 'ttftMs');
    expect(ttft).toMatchObject({ target: null, ratio: null, statement: null, reason: 'b: no request succeeded' });
    const cost = figures.find(({ metric }) => metric === 'costPerThousandRequestsUsd');
    expect(cost).toMatchObject({ ratio: null, reason: 'a: the target has no pricing' });
    expect(comparisons[0]?.breakEven).toMatchObject({ inputPerOutput: null, reason: 'a target has no pricing' });
  });
});
