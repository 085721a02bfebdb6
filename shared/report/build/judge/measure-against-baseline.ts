import type { Assertion } from '../../../spec/run-spec.ts';
import { combineIntervals } from '../../../stats/combine-intervals.ts';
import type { StageReport } from '../../model/report.ts';
import type { BaselineReport } from '../../model/run-comparison.ts';
import type { BaselineInput } from '../compare/build-baseline.ts';
import { type Measured, measureValue } from '../measure-value.ts';

/** The ratio of a number of a stage to the same number of the baseline, as an assertion asks for it. */
export type RelativeToBaseline = (assertion: Assertion, stage: StageReport) => Measured;

/**
 * Ratios to the baseline: with the interval of the comparison where it has the statistic (pairs, where prompts are the same),
 * else with one combined from the intervals of both. A ratio that does not exist is null with its reason.
 */
export function measureAgainst(input: BaselineInput | null, report: BaselineReport | null): RelativeToBaseline {
  return (assertion, stage) => {
    if (report === null || input === null) return without('the spec names no baseline');
    if (input.reason !== null) return without(input.reason);
    const pair = report.comparison?.stages.find((each) => each.stageIndex === stage.stageIndex);
    const base = input.run.stages.find((each) => each.report.stageIndex === pair?.baseStageIndex)?.report;
    if (pair === undefined || base === undefined) return without('the baseline has no stage of this target and load');
    const [ofBase, ofRun] = [measureValue(assertion, base), measureValue(assertion, stage)];
    if (ofRun.value === null) return without(ofRun.reason);
    if (ofBase.value === null) return without(`baseline: ${ofBase.reason}`);
    if (!(ofBase.value > 0)) return without("the baseline's value is not above 0");
    const found = { value: ofRun.value / ofBase.value, n: Math.min(ofBase.n, ofRun.n), reason: null };
    const statistic = 'statistic' in assertion ? assertion.statistic : null;
    const figure = pair.metrics.find((each) => each.metric === assertion.metric && each.statistic === statistic);
    // Where the comparison refuses to judge values that it has, as speeds by chunks against speeds by tokens, so does this.
    if (figure !== undefined && figure.inference !== null && figure.verdict === null && figure.verdictReason !== null)
      return { ...found, interval: null, lacking: { reason: figure.verdictReason, minimumN: null } };
    const interval = figure?.inference?.ratio.interval ?? combined(ofBase, ofRun);
    if (interval !== null) return { ...found, interval, lacking: null };
    const lacking = ofRun.lacking ?? ofBase.lacking ?? { reason: 'the ratio has no interval', minimumN: null };
    return { ...found, interval, lacking };
  };
}

function combined(base: Measured, run: Measured): Measured['interval'] {
  if (base.interval === null || run.interval === null || base.value === null || run.value === null) return null;
  return combineIntervals({ value: base.value, interval: base.interval }, { value: run.value, interval: run.interval })
    .ratio.interval;
}

function without(reason: string | null): Measured {
  return { value: null, n: 0, reason, interval: null, lacking: null };
}
