import type { Assertion } from '../../../spec/run-spec.ts';
import type { AssertionResult, StageReport, Verdict } from '../../model/report.ts';
import { holds, type Measured, measureValue } from '../measure-value.ts';
import { judgeCertainty } from './judge-certainty.ts';
import { type RelativeToBaseline, relativeTo } from './measure-against-baseline.ts';

/**
 * Judges the assertions of a spec. Each must hold in every one of the stages given of every target it is about (all, where it
 * names none).
 * Stage metrics are those of the full window. A value that is null fails, with its reason. Each result says how sure it is;
 * the verdict is sure where one failure is, or every pass. No assertions: no verdict.
 * @param relative what an assertion on a ratio to the baseline is held against
 */
export function evaluateAssertions(
  assertions: readonly Assertion[],
  stages: readonly StageReport[],
  relative: RelativeToBaseline = relativeTo(null, null),
): Verdict {
  if (assertions.length === 0) return { result: null, certainty: null, assertions: [] };
  const results = assertions.flatMap((assertion) => {
    const about = stages.filter(({ targetId }) => assertion.targetId === undefined || assertion.targetId === targetId);
    if (about.length === 0) return [unmet(assertion)];
    const measure = assertion.relativeToBaseline === true ? relative : measureValue;
    return about.map((stage) => evaluate(assertion, stage, measure(assertion, stage)));
  });
  const result = results.every(({ pass }) => pass) ? 'pass' : 'fail';
  return { result, certainty: certaintyOf(result, results), assertions: results };
}

/** A failure needs one result that is surely so (a value that is missing is no chance); a pass needs all. */
function certaintyOf(result: 'pass' | 'fail', results: readonly AssertionResult[]): Verdict['certainty'] {
  const isSure =
    result === 'pass'
      ? results.every(({ certainty }) => certainty === 'conclusive')
      : results.some(({ pass, certainty }) => !pass && certainty !== 'inconclusive');
  return isSure ? 'conclusive' : 'inconclusive';
}

function evaluate(assertion: Assertion, stage: StageReport, measured: Measured): AssertionResult {
  const { value, n, reason } = measured;
  const holdsFor = (candidate: number) => holds(candidate, assertion);
  return {
    ...unmet(assertion),
    targetId: stage.targetId,
    stageIndex: stage.stageIndex,
    value,
    n,
    pass: value !== null && holdsFor(value),
    reason: value === null ? reason : null,
    ...judgeCertainty(measured, assertion.value, holdsFor),
  };
}

/** The result of an assertion that is about nothing the run has. */
function unmet(assertion: Assertion): AssertionResult {
  return {
    assertion,
    targetId: assertion.targetId ?? '',
    stageIndex: null,
    metric: assertion.metric,
    statistic: 'statistic' in assertion ? assertion.statistic : null,
    value: null,
    n: 0,
    pass: false,
    reason: 'the run has no such target',
    certainty: null,
    interval: null,
    decidingN: null,
    certaintyReason: null,
  };
}
