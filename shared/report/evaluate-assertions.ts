import type { Assertion } from '../domain/run-spec.ts';
import type { Figure } from '../metrics/figure.ts';
import type { AssertionResult, StageReport, Verdict } from './report.ts';

/**
 * Judges the assertions of a spec. Each must hold in every stage of every target it is about (all, where it names none).
 * Stage metrics are those of the whole window. A value that is null fails, with its reason. No assertions: no verdict.
 */
export function evaluateAssertions(assertions: readonly Assertion[], stages: readonly StageReport[]): Verdict {
  if (assertions.length === 0) return { result: null, assertions: [] };
  const results = assertions.flatMap((assertion) => {
    const about = stages.filter(({ target }) => assertion.target === undefined || assertion.target === target);
    return about.length === 0 ? [unmet(assertion)] : about.map((stage) => evaluate(assertion, stage));
  });
  return { result: results.every(({ pass }) => pass) ? 'pass' : 'fail', assertions: results };
}

function evaluate(assertion: Assertion, stage: StageReport): AssertionResult {
  const { value, n, reason } = 'statistic' in assertion ? statisticOf(assertion, stage) : stageFigure(assertion, stage);
  return {
    ...unmet(assertion),
    target: stage.target,
    stage: stage.stage,
    value,
    n,
    pass: value !== null && holds(value, assertion.op, assertion.value),
    reason: value === null ? reason : null,
  };
}

/** The result of an assertion that is about nothing the run has. */
function unmet(assertion: Assertion): AssertionResult {
  return {
    assertion,
    target: assertion.target ?? '',
    stage: null,
    metric: assertion.metric,
    statistic: 'statistic' in assertion ? assertion.statistic : null,
    value: null,
    n: 0,
    pass: false,
    reason: 'the run has no such target',
  };
}

function statisticOf(assertion: Extract<Assertion, { statistic: string }>, stage: StageReport): Figure {
  const statistics = stage.requests[assertion.metric];
  return { value: statistics[assertion.statistic], n: statistics.n, reason: statistics.reason };
}

function stageFigure(assertion: Exclude<Assertion, { statistic: string }>, stage: StageReport): Figure {
  switch (assertion.metric) {
    case 'completedRequestsPerMinute':
    case 'outputTokensPerSecondTotal':
    case 'achievedConcurrency':
    case 'achievedRequestsPerSecond':
      return stage.windows.whole[assertion.metric];
    case 'errorRate':
      return stage.errorRate;
    case 'checksumOkRate':
      return stage.answers.checksumOkRate;
    case 'costPerThousandRequestsUsd':
      return stage.cost.costPerThousandRequestsUsd;
  }
}

function holds(value: number, op: Assertion['op'], limit: number): boolean {
  switch (op) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
