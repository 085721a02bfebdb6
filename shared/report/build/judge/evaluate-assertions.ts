import type { Assertion } from '../../../spec/run-spec.ts';
import { decidingN } from '../../../stats/judge-change.ts';
import type { AssertionResult, Certainty, Verdict } from '../../model/judgement.ts';
import type { StageReport } from '../../model/report.ts';
import { type BaselineMeasure, createBaselineMeasure } from '../compare/build-baseline.ts';
import { isWithinLimit, type Measured, measureValue } from '../measure-value.ts';

/**
 * Evaluates assertions. An assertion must pass in each of the `stages` of its target, or of all targets if it names no
 * target. A missing value fails. The result is null if there are no assertions.
 */
export function evaluateAssertions(
  assertions: readonly Assertion[],
  stages: readonly StageReport[],
  measureRelative: BaselineMeasure = createBaselineMeasure(null, null),
): Verdict {
  if (assertions.length === 0) return { result: null, certainty: null, assertions: [] };
  const results = assertions.flatMap((assertion) => {
    const about = stages.filter(({ targetId }) => assertion.targetId === undefined || assertion.targetId === targetId);
    if (about.length === 0) return [makeUnmet(assertion)];
    const measure = assertion.relativeToBaseline === true ? measureRelative : measureValue;
    return about.map((stage) => evaluate(assertion, stage, measure(assertion, stage)));
  });
  const result = results.every(({ pass }) => pass) ? 'pass' : 'fail';
  return { result, certainty: judgeResults(result, results), assertions: results };
}

/** A pass is conclusive if all results are. A fail is conclusive if one failed result is conclusive or has no value. */
function judgeResults(result: 'pass' | 'fail', results: readonly AssertionResult[]): Verdict['certainty'] {
  const isConclusive =
    result === 'pass'
      ? results.every(({ certainty }) => certainty === 'conclusive')
      : results.some(({ pass, certainty }) => !pass && certainty !== 'inconclusive');
  return isConclusive ? 'conclusive' : 'inconclusive';
}

function evaluate(assertion: Assertion, stage: StageReport, measured: Measured): AssertionResult {
  const { value, n, reason } = measured;
  const isPass = (candidate: number) => isWithinLimit(candidate, assertion);
  return {
    ...makeUnmet(assertion),
    targetId: stage.targetId,
    stageIndex: stage.stageIndex,
    value,
    n,
    pass: value !== null && isPass(value),
    reason: value === null ? reason : null,
    ...judgeCertainty(measured, assertion.value, isPass),
  };
}

const noCertainty: Certainty = { certainty: null, interval: null, decidingN: null, certaintyReason: null };

/** Returns the result of an assertion that has no stage, because its target is not in the run. */
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
    ...noCertainty,
  };
}

/**
 * Judges whether a value is conclusively above or below the limit: its whole 95 % interval must be on the same side.
 * The result is conclusive but wrong in at most about 2.5 % of experiments.
 */
function judgeCertainty(measured: Measured, limit: number, isPass: (value: number) => boolean): Certainty {
  const { value, n, interval, lacking } = measured;
  if (value === null) return noCertainty;
  if (interval === null) {
    const { reason = 'there is no interval', minimumN = null } = lacking ?? {};
    return { ...noCertainty, certainty: 'inconclusive', decidingN: minimumN, certaintyReason: reason };
  }
  const side = isPass(value);
  if (isPass(interval.low) === side && isPass(interval.high) === side)
    return { ...noCertainty, certainty: 'conclusive', interval };
  return {
    certainty: 'inconclusive',
    interval,
    decidingN: decidingN(n, value, interval, limit),
    certaintyReason: 'the interval includes the limit',
  };
}
