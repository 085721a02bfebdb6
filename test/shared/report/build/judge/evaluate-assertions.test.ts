import { describe, expect, test } from 'vitest';
import { stageMetricNames } from '../../../../../shared/metric-names.ts';
import { buildReport } from '../../../../../shared/report/build/build-report.ts';
import { evaluateAssertions } from '../../../../../shared/report/build/judge/evaluate-assertions.ts';
import type { Assertion } from '../../../../../shared/spec/run-spec.ts';
import { makeTwoProviders } from '../../../../support/factories/sample-factory.ts';

const { stages } = buildReport(makeTwoProviders(40));
const p95 = (stageIndex: number) => Number(stages[stageIndex]?.requests.ttftMs.p95);
const ttft = (op: Assertion['op'], value: number, targetId?: string): Assertion => ({
  ...(targetId === undefined ? {} : { targetId }),
  metric: 'ttftMs',
  statistic: 'p95',
  op,
  value,
});

describe('evaluateAssertions', () => {
  test('gives no verdict where nothing is asserted', () => {
    expect(evaluateAssertions([], stages)).toEqual({ result: null, certainty: null, assertions: [] });
  });

  test('passes if every target and stage passes', () => {
    const verdict = evaluateAssertions([ttft('<', 10_000)], stages);
    expect(verdict.result).toBe('pass');
    expect(verdict.assertions).toMatchObject([
      { targetId: 'anyscale', stageIndex: 0, statistic: 'p95', value: p95(0), n: 40, pass: true, reason: null },
      { targetId: 'fireworks', stageIndex: 1, value: p95(1), pass: true },
    ]);
  });

  test('fails if one target fails, unless the assertion names the other', () => {
    const between = (p95(0) + p95(1)) / 2;
    expect(evaluateAssertions([ttft('<', between)], stages).result).toBe('fail');
    expect(evaluateAssertions([ttft('<', between, 'anyscale')], stages).result).toBe('pass');
    expect(evaluateAssertions([ttft('<', between, 'fireworks')], stages).result).toBe('fail');
  });

  test('applies each operator at the limit itself', () => {
    const at = (op: Assertion['op']) => evaluateAssertions([ttft(op, p95(0), 'anyscale')], stages).result;
    expect({ '<': at('<'), '<=': at('<='), '>': at('>'), '>=': at('>=') }).toEqual({
      '<': 'fail',
      '<=': 'pass',
      '>': 'fail',
      '>=': 'pass',
    });
  });

  test('is conclusive if the whole interval is on one side of the limit', () => {
    const stage = stages[0];
    const { p50, intervals } = stage?.requests.ttftMs ?? {};
    const { low = 0, high = 0 } = intervals?.p50.interval ?? {};
    const asserted = (op: Assertion['op'], value: number) => {
      const assertion: Assertion = { targetId: 'anyscale', metric: 'ttftMs', statistic: 'p50', op, value };
      const { certainty, assertions } = evaluateAssertions([assertion], stages);
      return { ...assertions[0], verdict: certainty };
    };
    const interval = intervals?.p50.interval;
    expect(asserted('<=', high)).toMatchObject({ pass: true, certainty: 'conclusive', interval, decidingN: null });
    expect(asserted('<', high)).toMatchObject({ pass: true, certainty: 'inconclusive', verdict: 'inconclusive' });
    expect(asserted('>', high)).toMatchObject({ pass: false, certainty: 'conclusive', verdict: 'conclusive' });
    const near = asserted('<=', (Number(p50) + high) / 2);
    expect(near).toMatchObject({
      pass: true,
      certainty: 'inconclusive',
      certaintyReason: 'the interval includes the limit',
    });
    expect(near.decidingN).toBeGreaterThan(40);
    expect(asserted('>=', low)).toMatchObject({ pass: true, certainty: 'conclusive' });
  });

  test('is inconclusive without an interval, with the n that would give one', () => {
    const [p99] = evaluateAssertions([{ metric: 'ttftMs', statistic: 'p99', op: '<', value: 1e6 }], stages).assertions;
    expect(p99).toMatchObject({ pass: true, certainty: 'inconclusive', interval: null, decidingN: 368 });
    const [max] = evaluateAssertions([{ metric: 'ttftMs', statistic: 'max', op: '<', value: 1e6 }], stages).assertions;
    expect(max).toMatchObject({ certainty: 'inconclusive', decidingN: null, certaintyReason: 'max has no interval' });
    const [rate] = evaluateAssertions([{ metric: 'achievedConcurrency', op: '>', value: 0 }], stages).assertions;
    expect(rate?.certaintyReason).toContain('one value per stage');
  });

  test('judges shares by their Wilson intervals: 0 failures of 40 are inconclusive for 5 %, conclusive for 10 %', () => {
    const errors = (value: number) => evaluateAssertions([{ metric: 'errorRate', op: '<=', value }], stages);
    expect(errors(0.05)).toMatchObject({ result: 'pass', certainty: 'inconclusive' });
    expect(errors(0.1)).toMatchObject({ result: 'pass', certainty: 'conclusive' });
  });

  test('has a conclusive failure if one result is conclusive or a value is missing', () => {
    const mixed = evaluateAssertions([ttft('<', 1e6), { metric: 'errorRate', op: '>', value: 0.5 }], stages);
    expect(mixed).toMatchObject({ result: 'fail', certainty: 'conclusive' });
    expect(evaluateAssertions([ttft('<', 1e9, 'nobody')], stages)).toMatchObject({
      result: 'fail',
      certainty: 'conclusive',
    });
  });

  test('finds a value for each stage metric', () => {
    for (const metric of stageMetricNames) {
      const [result] = evaluateAssertions([{ metric, op: '>=', value: 0, targetId: 'anyscale' }], stages).assertions;
      expect(result, metric).toMatchObject({ metric, statistic: null, pass: true });
    }
  });

  test('fails, with the reason, for a null value', () => {
    const { pricing, ...cost } = stages[0]?.cost ?? {};
    expect(pricing).toBeDefined();
    const none = { value: null, n: 0, reason: 'no pricing', interval: null, intervalReason: null };
    const unpriced = stages.map((stage) => ({
      ...stage,
      cost: { ...stage.cost, ...cost, costPerThousandRequestsUsd: none },
    }));
    const metric = 'costPerThousandRequestsUsd' as const;
    expect(evaluateAssertions([{ metric, op: '<', value: 1 }], unpriced)).toMatchObject({
      result: 'fail',
      assertions: [{ value: null, pass: false, reason: 'no pricing' }, { pass: false }],
    });
  });

  test('fails for a target that is not in the run', () => {
    expect(evaluateAssertions([ttft('<', 1e9, 'nobody')], stages)).toMatchObject({
      result: 'fail',
      assertions: [{ targetId: 'nobody', stageIndex: null, pass: false, reason: 'the run has no such target' }],
    });
  });
});
