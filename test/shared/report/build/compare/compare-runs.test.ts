import { describe, expect, test } from 'vitest';
import { chooseOrigin } from '../../../../../shared/llmperf/choose-origin.ts';
import { buildStageReport } from '../../../../../shared/report/build/build-stage-report.ts';
import { type ComparableRun, compareRuns } from '../../../../../shared/report/build/compare/compare-runs.ts';
import { makeComparable } from '../../../../../shared/report/build/compare/compare-stages.ts';
import { measuredOrigin } from '../../../../../shared/report/build/report-origin.ts';
import type { Pricing } from '../../../../../shared/spec/pricing.ts';
import {
  makeReportInput,
  makeSpec,
  type Provider,
  quickProvider,
} from '../../../../support/factories/sample-factory.ts';

const options = {
  chooseNames: ({ target }: { target: string }) => ({ base: 'the baseline', target }),
  tolerance: 0.05,
  shareTolerance: 0.03,
};
type Asked = { id?: string; requests?: number; specSeed?: number; concurrency?: number; pricing?: Pricing };

/** Builds the stages of a run of one target; `draw` is the seed of its latencies, so that runs differ by chance. */
function makeComparedRun(provider: Partial<Provider>, draw: number, asked: Asked = {}): ComparableRun {
  const { id = 'a', requests = 300, specSeed = 7, concurrency = 5, pricing } = asked;
  const spec = makeSpec({
    seed: specSeed,
    targets: [{ id, ...(pricing === undefined ? {} : { pricing }) }],
    load: { mode: 'concurrency', stages: [{ concurrency, requests }] },
    slos: [{ metric: 'ttftMs', max: 900 }],
  });
  const { stages } = makeReportInput(spec, [{ ...quickProvider, ...provider }], draw, { withGaps: false });
  return {
    spec,
    origin: measuredOrigin,
    stages: stages.map((input) => makeComparable({ input, report: buildStageReport(spec, input) })),
  };
}
const slower = (factor: number): Partial<Provider> => ({
  baseMs: quickProvider.baseMs * factor,
  perInputMs: quickProvider.perInputMs * factor,
  perOutputMs: quickProvider.perOutputMs * factor,
});
const findMetric = (compared: ReturnType<typeof compareRuns>, metric: string, statistic: string | null = 'p50') =>
  compared.stages[0]?.metrics.find((figure) => figure.metric === metric && figure.statistic === statistic);

describe('compareRuns', () => {
  const base = makeComparedRun({}, 1);

  test('gives the verdict same if the whole interval is within the tolerance', () => {
    const compared = compareRuns(base, makeComparedRun({}, 1), options);
    expect(compared).toMatchObject({ samePrompts: true, verdict: 'same', unmatched: { base: [], run: [] } });
    expect(findMetric(compared, 'e2eLatencyMs')).toMatchObject({ verdict: 'same', ratio: 1 });
  });

  test('gives worse or better if the whole interval is outside the tolerance, and names the base', () => {
    const worse = compareRuns(base, makeComparedRun(slower(1.2), 1), options);
    expect(worse.verdict).toBe('worse');
    const e2e = findMetric(worse, 'e2eLatencyMs');
    expect(e2e).toMatchObject({ verdict: 'worse', inference: { paired: true } });
    expect(e2e?.verdictInterval?.low).toBeGreaterThan(1.05);
    expect(e2e?.statement).toMatch(/of a is 1\.2\d+ times that of the baseline/);
    expect(findMetric(worse, 'outputTokensPerSecond')?.verdict).toBe('worse');
    expect(compareRuns(makeComparedRun(slower(1.2), 1), base, options).verdict).toBe('better');
  });

  test('is inconclusive if the interval includes a limit of the tolerance, with the n that would decide', () => {
    const few = makeComparedRun({}, 1, { requests: 30 });
    const compared = compareRuns(few, makeComparedRun(slower(1.03), 9, { requests: 30, specSeed: 8 }), options);
    const inconclusive = compared.stages[0]?.metrics.find(({ verdict }) => verdict === 'inconclusive');
    expect(compared.samePrompts).toBe(false);
    expect(inconclusive?.decidingN).toBeGreaterThan(30);
    expect(inconclusive?.inference?.paired).toBe(false);
  });

  test('judges shares by their difference, which needs no ratio', () => {
    const failing = compareRuns(base, makeComparedRun({ failureShare: 0.15 }, 1), options);
    expect(findMetric(failing, 'errorRate', null)).toMatchObject({ base: 0, ratio: null, verdict: 'worse' });
    expect(findMetric(failing, 'goodputShare', null)?.verdict).toBe('worse');
    expect(findMetric(compareRuns(base, makeComparedRun({}, 2), options), 'errorRate', null)?.verdict).toBe('same');
  });

  test('describes how workloads differ, but not a different seed', () => {
    const other = makeComparedRun({}, 2);
    const sonnet = makeSpec().workload;
    const asked = { ...sonnet, checksum: false, cache: 'warm' as const } as typeof sonnet;
    const compared = compareRuns(base, { ...other, spec: { ...other.spec, workload: asked } }, options);
    expect(compared.samePrompts).toBe(false);
    expect(compared.workloadDifference).toMatch(
      /^The workloads differ in checksum, cache: the base used sonnet, 550 .*checksum.*; the run used sonnet, 550 .*warm cache\. This/,
    );
    const imported = { ...other.spec, workload: asked, imported: { tool: 'llmperf' as const, stages: [] } };
    const origin = chooseOrigin(imported);
    expect(compareRuns(base, { ...other, spec: imported, origin }, options).workloadDifference).toBeNull();

    expect(compareRuns(base, makeComparedRun({}, 1, { specSeed: 8 }), options).workloadDifference).toBeNull();
  });

  test('judges measured cost by the intervals of both means', () => {
    const pricing: Pricing = { inputPerMillionTokens: 1, outputPerMillionTokens: 2, currency: 'USD' };
    const expensive = { ...pricing, outputPerMillionTokens: 3 };
    const cost = (from: Pricing, to: Pricing) =>
      findMetric(
        compareRuns(makeComparedRun({}, 1, { pricing: from }), makeComparedRun({}, 2, { pricing: to }), options),
        'costPerThousandRequestsUsd',
        null,
      );
    expect(cost(pricing, pricing)?.verdict).not.toBe('worse');
    expect(cost(pricing, expensive)).toMatchObject({ verdict: 'worse', verdictReason: null });
    expect(cost(expensive, pricing)).toMatchObject({ verdict: 'better' });
    expect(
      findMetric(compareRuns(base, makeComparedRun({}, 2), options), 'costPerThousandRequestsUsd', null),
    ).toMatchObject({
      verdict: null,
      verdictReason: expect.stringContaining('no pricing'),
    });
  });

  test('gives no verdict, but a reason, for a metric with one value per stage', () => {
    const rate = findMetric(compareRuns(base, makeComparedRun({}, 2), options), 'completedRequestsPerMinute', null);
    expect(rate).toMatchObject({ verdict: null, verdictReason: expect.stringContaining('one value per stage') });
  });

  test('pairs only stages of the same target and load, and names the unmatched stages', () => {
    const other = makeComparedRun({}, 1, { concurrency: 10 });
    expect(compareRuns(base, other, options)).toMatchObject({
      verdict: null,
      stages: [],
      unmatched: { base: ['a, stage 0 (concurrency 5)'], run: ['a, stage 0 (concurrency 10)'] },
    });
  });

  test('pairs the only target of each run even if their ids differ', () => {
    const [stage] = compareRuns(base, makeComparedRun({}, 1, { id: 'b' }), options).stages;
    expect(stage).toMatchObject({ baseTargetId: 'a', targetId: 'b' });
  });

  test('gives the same comparison every time', () => {
    const other = makeComparedRun({}, 3);
    expect(compareRuns(base, other, options)).toEqual(compareRuns(base, other, options));
  });
});
