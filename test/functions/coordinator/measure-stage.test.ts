import { describe, expect, it, test } from 'vitest';
import { measureStage } from '../../../functions/coordinator/measure-stage.ts';
import type { SearchSlo } from '../../../shared/load/parts/search-schema.ts';
import { requestMetricNames, stageMetricNames, statisticNames } from '../../../shared/metric-names.ts';
import { buildStageReport } from '../../../shared/report/build/build-stage-report.ts';
import { evaluateAssertions } from '../../../shared/report/build/judge/evaluate-assertions.ts';
import { makeLevelResult, measureValue } from '../../../shared/report/build/measure-value.ts';
import { makeReportInput, makeSpec, quickProvider, slowProvider } from '../../support/factories/sample-factory.ts';

const spec = makeSpec({
  targets: [{ pricing: { inputPerMillionTokens: 1, outputPerMillionTokens: 2, currency: 'USD', asOf: '2023-11-01' } }],
  slos: [{ metric: 'ttftMs', max: 600 }],
  load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 80 }], warmupRequests: 3 },
});

/** Levels with few failures, with slow responses, and without any success. */
const levels = [
  ...[quickProvider, slowProvider].map((provider) => makeReportInput(spec, [{ ...provider, failureShare: 0.1 }])),
  makeReportInput(spec, [{ ...quickProvider, failureShare: 1 }]),
].flatMap(({ stages }) => stages);
const [first] = levels;
if (first === undefined) throw new Error('The input has no level');
const stop = { reason: 'over_saturated', atMs: 1_000, detail: 'requests became due faster than they ended' } as const;
const cases = [
  ...levels,
  { ...first, stop },
  { ...first, samples: first.samples.map((sample) => ({ ...sample, warmup: true })) },
];

const asked = [
  ...requestMetricNames.flatMap((metric) => statisticNames.map((statistic) => ({ metric, statistic }))),
  ...stageMetricNames.map((metric) => ({ metric })),
];

describe('the measures of a stage for a search', () => {
  test.each(cases.map((input, nth) => [nth, input] as const))(
    'has the same values as its report: case %i',
    (_, input) => {
      const report = buildStageReport(spec, input);
      const stage = measureStage(spec, input);
      for (const name of asked) expect(measureValue(name, stage)).toEqual(measureValue(name, report));
    },
  );

  test.each(cases.map((input, nth) => [nth, input] as const))(
    'meets the same SLOs as its report: case %i',
    (_, input) => {
      const report = buildStageReport(spec, input);
      for (const name of asked) {
        const limit = measureValue(name, report).value ?? 0;
        const slos: SearchSlo[] = (['<', '<=', '>', '>='] as const).map((op) => ({ ...name, op, value: limit }));
        for (const of of [[], ...slos.map((slo) => [slo]), slos]) {
          const found = makeLevelResult(5, measureStage(spec, input), of);
          expect(found).toEqual(makeLevelResult(5, report, of));
          const { result } = evaluateAssertions(of, [report]);
          const isJudged = result !== null && report.counts.issued > 0;
          expect(found.isMet).toBe(isJudged ? report.stop === null && result === 'pass' : null);
        }
      }
    },
  );

  it('computes only the values that are read', () => {
    const samples = first.samples.map((sample) =>
      Object.defineProperty({ ...sample }, 'checksum', {
        get: () => {
          throw new Error('the responses were checked');
        },
      }),
    );
    const slo = { metric: 'ttftMs', statistic: 'p50', op: '<', value: 1_000 } as const;
    expect(makeLevelResult(5, measureStage({ ...spec, slos: [] }, { ...first, samples }), [slo]).isMet).toBe(true);
  });
});
