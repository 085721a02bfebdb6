import { describe, expect, test } from 'vitest';
import { stageMetricNames } from '../../../shared/domain/metric-names.ts';
import type { Assertion } from '../../../shared/domain/run-spec.ts';
import { buildReport } from '../../../shared/report/build-report.ts';
import { evaluateAssertions } from '../../../shared/report/evaluate-assertions.ts';
import { makeTwoProviders } from '../../support/sample-factory.ts';

const { stages } = buildReport(makeTwoProviders(40));
const p95 = (stage: number) => Number(stages[stage]?.requests.ttftMs.p95);
const ttft = (op: Assertion['op'], value: number, target?: string): Assertion => ({
  ...(target === undefined ? {} : { target }),
  metric: 'ttftMs',
  statistic: 'p95',
  op,
  value,
});

describe('evaluateAssertions', () => {
  test('gives no verdict where nothing is asserted', () => {
    expect(evaluateAssertions([], stages)).toEqual({ result: null, assertions: [] });
  });

  test('passes where every target and stage passes', () => {
    const verdict = evaluateAssertions([ttft('<', 10_000)], stages);
    expect(verdict.result).toBe('pass');
    expect(verdict.assertions).toMatchObject([
      { target: 'anyscale', stage: 0, statistic: 'p95', value: p95(0), n: 40, pass: true, reason: null },
      { target: 'fireworks', stage: 1, value: p95(1), pass: true },
    ]);
  });

  test('fails where one target fails, unless the assertion is about the other', () => {
    const between = (p95(0) + p95(1)) / 2;
    expect(evaluateAssertions([ttft('<', between)], stages).result).toBe('fail');
    expect(evaluateAssertions([ttft('<', between, 'anyscale')], stages).result).toBe('pass');
    expect(evaluateAssertions([ttft('<', between, 'fireworks')], stages).result).toBe('fail');
  });

  test('knows each comparison at the limit itself', () => {
    const at = (op: Assertion['op']) => evaluateAssertions([ttft(op, p95(0), 'anyscale')], stages).result;
    expect({ '<': at('<'), '<=': at('<='), '>': at('>'), '>=': at('>=') }).toEqual({
      '<': 'fail',
      '<=': 'pass',
      '>': 'fail',
      '>=': 'pass',
    });
  });

  test('finds a value for each stage metric', () => {
    for (const metric of stageMetricNames) {
      const [result] = evaluateAssertions([{ metric, op: '>=', value: 0, target: 'anyscale' }], stages).assertions;
      expect(result, metric).toMatchObject({ metric, statistic: null, pass: true });
    }
  });

  test('fails, with the reason, on a value that is null', () => {
    const { pricing, ...cost } = stages[0]?.cost ?? {};
    expect(pricing).toBeDefined();
    const unpriced = stages.map((stage) => ({
      ...stage,
      cost: { ...stage.cost, ...cost, costPerThousandRequestsUsd: { value: null, n: 0, reason: 'no pricing' } },
    }));
    const metric = 'costPerThousandRequestsUsd' as const;
    expect(evaluateAssertions([{ metric, op: '<', value: 1 }], unpriced)).toMatchObject({
      result: 'fail',
      assertions: [{ value: null, pass: false, reason: 'no pricing' }, { pass: false }],
    });
  });

  test('fails on a target that the run has not', () => {
    expect(evaluateAssertions([ttft('<', 1e9, 'nobody')], stages)).toMatchObject({
      result: 'fail',
      assertions: [{ target: 'nobody', stage: null, pass: false, reason: 'the run has no such target' }],
    });
  });
});
