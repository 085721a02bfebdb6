import { describe, expect, test } from 'vitest';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import { buildStageReport } from '../../../../../shared/report/build/build-stage-report.ts';
import type { BaselineInput } from '../../../../../shared/report/build/compare/build-baseline.ts';
import { makeComparable } from '../../../../../shared/report/build/compare/compare-stages.ts';
import { measuredOrigin } from '../../../../../shared/report/build/report-origin.ts';
import { serializeReport } from '../../../../../shared/report/build/serialize-report.ts';
import { renderText } from '../../../../../shared/report/render/text/render-text.ts';
import { composeSummary } from '../../../../../shared/report/sections/compose-report.ts';
import type { Assertion, RunSpec } from '../../../../../shared/spec/run-spec.ts';
import { makeReportInput, makeSpec, quickProvider, wallMs } from '../../../../support/factories/sample-factory.ts';

const baselineRun = 'run_01hma0000000000000000000bb';
const spec = makeSpec({
  seed: 7,
  targets: [{ id: 'a' }],
  load: { mode: 'concurrency', stages: [{ concurrency: 5, requests: 200 }] },
  slos: [{ metric: 'ttftMs', max: 900 }],
});
const slower = { ...quickProvider, baseMs: 1.1 * quickProvider.baseMs, perOutputMs: 1.1 * quickProvider.perOutputMs };

function makeBaseline(of: RunSpec = spec): BaselineInput {
  const { stages } = makeReportInput(of, [quickProvider], 1, { withGaps: false });
  const built = stages.map((input) => makeComparable({ input, report: buildStageReport(of, input) }));
  const sha256 = 'a'.repeat(64);
  const run = { spec: of, origin: measuredOrigin, stages: built };
  return { reason: null, name: 'before', createdAtMs: wallMs, manifestSha256: sha256, reportSha256: sha256, run };
}

function makeReport(assertions: Assertion[], baseline: BaselineInput = makeBaseline()) {
  const own: RunSpec = { ...spec, baseline: { runId: baselineRun, tolerance: 0.05, shareTolerance: 0.03 }, assertions };
  const input = makeReportInput(own, [slower], 1);
  return buildReport({ ...input, baseline });
}
const median: Assertion = { metric: 'e2eLatencyMs', statistic: 'p50', op: '<=', value: 1.05, relativeToBaseline: true };

describe('an assertion relative to the baseline', () => {
  test('judges the ratio with the interval of the comparison', () => {
    const { verdict, baseline } = makeReport([median]);
    const figure = baseline?.comparison?.stages[0]?.metrics.find(
      ({ metric, statistic }) => metric === 'e2eLatencyMs' && statistic === 'p50',
    );
    expect(verdict.assertions[0]).toMatchObject({
      value: figure?.ratio,
      pass: false,
      certainty: 'conclusive',
      interval: figure?.inference?.ratio.interval,
    });
    expect(figure?.verdict).toBe('worse');
  });

  test('combines the intervals of both runs for quantiles and shares that the comparison does not have', () => {
    const [p95, good] = makeReport([
      { ...median, statistic: 'p95', value: 1.5 },
      { metric: 'goodputShare', op: '>=', value: 0.5, relativeToBaseline: true },
    ]).verdict.assertions;
    expect(p95).toMatchObject({ pass: true, certainty: 'conclusive' });
    expect(p95?.interval?.method).toContain('MOVER');
    expect(good).toMatchObject({ pass: true, certainty: 'conclusive' });
  });

  test('fails, with the reason, if the baseline has no value', () => {
    expect(makeReport([median], { reason: 'the baseline run was deleted' })).toMatchObject({
      baseline: { runId: baselineRun, comparison: null, reason: 'the baseline run was deleted' },
      verdict: { result: 'fail', assertions: [{ value: null, reason: 'the baseline run was deleted' }] },
    });
    const other = {
      ...spec,
      load: makeSpec({ load: { mode: 'concurrency', stages: [{ concurrency: 9, requests: 50 }] } }).load,
    };
    expect(makeReport([median], makeBaseline(other)).verdict.assertions[0]).toMatchObject({
      value: null,
      reason: 'the baseline has no stage with this target and load',
    });
    const errors: Assertion = { metric: 'errorRate', op: '<=', value: 2, relativeToBaseline: true };
    expect(makeReport([errors]).verdict.assertions[0]).toMatchObject({
      value: null,
      reason: "the baseline's value is not greater than 0",
    });
  });
});

describe('a report with a baseline', () => {
  test('gives the same bytes when it is built again', () => {
    expect(serializeReport(makeReport([median]))).toBe(serializeReport(makeReport([median])));
  });

  test('shows the change of each metric in the text summary', () => {
    const text = renderText(composeSummary(makeReport([median]))).replaceAll(/\n +/g, ' ');
    expect(text).toContain(`Baseline before (${baselineRun}): worse.`);
    expect(text).toMatch(/e2eLatencyMs p50 +[\d,]+ +[\d,]+ +× 1\.0\d+ +1\.\d+ to 1\.\d+ +< 0\.0001 +\d+ +worse/);
    expect(text).toContain('e2eLatencyMs p50 <= 1.05 times the baseline: 1.0');
  });
});
