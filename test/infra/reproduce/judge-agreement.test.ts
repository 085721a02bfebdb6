import { describe, expect, test } from 'vitest';
import { combineAgreement, judgeAgreement, renderAgreement } from '../../../infra/reproduce/judge-agreement.ts';
import { buildReport } from '../../../shared/report/build/build-report.ts';
import { makeReportInput, makeSpec, quickProvider } from '../../support/factories/sample-factory.ts';

const tolerances = { tolerance: 0.1, shareTolerance: 0.03 };

/** Builds the report of one target; `draw` is the seed of its latencies, `factor` multiplies them. */
function makeReport(draw: number, factor = 1, requests = 400) {
  const spec = makeSpec({
    targets: [{ id: 'a' }],
    load: { mode: 'concurrency', stages: [{ concurrency: 5, requests }] },
  });
  const { baseMs, perInputMs, perOutputMs } = quickProvider;
  const provider = {
    ...quickProvider,
    baseMs: baseMs * factor,
    perInputMs: perInputMs * factor,
    perOutputMs: perOutputMs * factor,
  };
  return buildReport(makeReportInput(spec, [provider], draw, { withGaps: false }));
}
const judge = (...[before, after]: [ReturnType<typeof makeReport>, ReturnType<typeof makeReport>]) =>
  judgeAgreement(before, after, tolerances);
const find = (figures: ReturnType<typeof judge>, metric: string, statistic: string | null = 'p50') =>
  figures.find((figure) => figure.metric === metric && figure.statistic === statistic);

describe('a repeated run', () => {
  const before = makeReport(1);

  test('agrees if the whole interval is within the tolerance', () => {
    const figures = judge(before, before);
    expect(find(figures, 'e2eLatencyMs')).toMatchObject({
      verdict: 'agree',
      before: before.stages[0]?.requests.e2eLatencyMs.p50,
    });
    expect(find(figures, 'inputTokens', 'mean')?.verdict).toBe('agree');
    expect(find(figures, 'errorRate', null)?.verdict).toBe('agree');
    expect(figures.filter(({ verdict }) => verdict === 'differ')).toEqual([]);
  });

  test.each([1.4, 0.6])('differs if all requests take %d times as long', (factor) => {
    const figures = judge(before, makeReport(1, factor));
    expect(find(figures, 'e2eLatencyMs')?.verdict).toBe('differ');
    expect(find(figures, 'inputTokens', 'mean')?.verdict).toBe('agree');
    expect(combineAgreement(figures)).toBe('differ');
    expect(renderAgreement(figures, tolerances)).toMatch(/differ, .*: the runs differ\.\n$/);
  });

  test('cannot tell, with the reason, for few requests', () => {
    const few = judge(makeReport(1, 1, 5), makeReport(2, 1, 5));
    expect(find(few, 'ttftMs')).toMatchObject({ verdict: 'cannot tell', reason: 'n is too small for an interval' });
    expect(find(few, 'ttftMs', 'p99')).toBeUndefined();
    expect(renderAgreement(few, tolerances)).toContain('[1] n is too small for an interval');
  });

  test('differs if its prompts have other sizes, and throws if its plan has other stages', () => {
    const [stage] = before.stages;
    if (stage === undefined) throw new Error('A report has a stage');
    const { inputTokens } = stage.requests;
    const other = { ...stage, requests: { ...stage.requests, inputTokens: { ...inputTokens, p50: 1 } } };
    expect(find(judge(before, { ...before, stages: [other] }), 'inputTokens', 'mean')?.verdict).toBe('differ');
    expect(() => judge(before, { ...before, stages: [] })).toThrow('different plans');
  });

  test('cannot tell whether prompt sizes differ if requests are excluded, because those of the others can differ', () => {
    const [stage] = before.stages;
    if (stage === undefined) throw new Error('A report has a stage');
    const { inputTokens } = stage.requests;
    const others = { ...inputTokens, n: inputTokens.n - 3, mean: 1 };
    const disturbed = { ...stage, requests: { ...stage.requests, inputTokens: others } };
    expect(find(judge(before, { ...before, stages: [disturbed] }), 'inputTokens', 'mean')).toMatchObject({
      verdict: 'cannot tell',
      reason: 'failed or disturbed requests are excluded, so the values may differ',
    });
  });
});

test('the overall verdict is the worst of all values', () => {
  const of = (...verdicts: ('agree' | 'differ' | 'cannot tell')[]) =>
    combineAgreement(verdicts.map((verdict) => ({ verdict })));
  expect([of('agree', 'agree'), of('agree', 'cannot tell'), of('differ', 'cannot tell', 'agree'), of()]).toEqual([
    'agree',
    'cannot tell',
    'differ',
    'cannot tell',
  ]);
});
