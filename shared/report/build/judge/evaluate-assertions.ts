import type { Assertion } from '../../../spec/run-spec.ts';
import { decidingN } from '../../../stats/judge-change.ts';
import type { AssertionResult, Certainty, Verdict } from '../../model/judgement.ts';
import type { StageReport } from '../../model/report.ts';
import { holds, type Measured, measureValue } from '../measure-value.ts';
import { measureAgainst, type RelativeToBaseline } from './measure-against-baseline.ts';

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
  relative: RelativeToBaseline = measureAgainst(null, null),
): Verdict {
  if (assertions.length === 0) return { result: null, certainty: null, assertions: [] };
  const results = assertions.flatMap((assertion) => {
    const about = stages.filter(({ targetId }) => assertion.targetId === undefined || assertion.targetId === targetId);
    if (about.length === 0) return [makeUnmet(assertion)];
    const measure = assertion.relativeToBaseline === true ? relative : measureValue;
    return about.map((stage) => evaluate(assertion, stage, measure(assertion, stage)));
  });
  const result = results.every(({ pass }) => pass) ? 'pass' : 'fail';
  return { result, certainty: judgeResults(result, results), assertions: results };
}

/** A failure needs one result that is surely so (a value that is missing is no chance); a pass needs all. */
function judgeResults(result: 'pass' | 'fail', results: readonly AssertionResult[]): Verdict['certainty'] {
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
    ...makeUnmet(assertion),
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
function makeUnmet(assertion: Assertion): AssertionResult {
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

/**
 * How sure it is that a value is on the side of a limit on which it lies. An interval at 95 % with equal tails is wrongly
 * sure in about 2.5 % of experiments whose true value is at the limit, and in fewer the farther it is from there.
 * @param limit what the value is held against
 * @param holds whether a value is on the right side: decides what an end at the limit itself means
 */
function judgeCertainty(measured: Measured, limit: number, holds: (value: number) => boolean): Certainty {
  const { value, n, interval, lacking } = measured;
  const none = { certainty: null, interval: null, decidingN: null, certaintyReason: null };
  if (value === null) return none;
  if (interval === null) {
    const { reason = 'it has no interval', minimumN = null } = lacking ?? {};
    return { ...none, certainty: 'inconclusive', decidingN: minimumN, certaintyReason: reason };
  }
  const side = holds(value);
  if (holds(interval.low) === side && holds(interval.high) === side)
    return { ...none, certainty: 'conclusive', interval };
  return {
    certainty: 'inconclusive',
    interval,
    decidingN: decidingN(n, value, interval, limit),
    certaintyReason: 'the interval reaches the limit',
  };
}
