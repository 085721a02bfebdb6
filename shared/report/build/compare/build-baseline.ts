import { formatInstant } from '../../../records/format-instant.ts';
import type { Assertion, RunSpec } from '../../../spec/run-spec.ts';
import type { StageReport } from '../../model/report.ts';
import type { BaselineReport } from '../../model/run-comparison.ts';
import { combineMeasured, type Measured, measureValue } from '../measure-value.ts';
import type { ReportOrigin } from '../report-origin.ts';
import { type ComparableRun, compareRuns } from './compare-runs.ts';
import { type BuiltStage, makeComparable } from './compare-stages.ts';

export type BaselineInput =
  | { reason: string }
  | {
      reason: null;
      name: string | null;
      createdAtMs: number;
      manifestSha256: string;
      reportSha256: string;
      run: ComparableRun;
    };

export function buildBaseline(
  { spec, origin }: { spec: RunSpec; origin: ReportOrigin },
  stages: readonly BuiltStage[],
  baseline: BaselineInput | null,
): BaselineReport | null {
  if (spec.baseline === undefined) return null;
  const { runId, tolerance, shareTolerance } = spec.baseline;
  const none = { runId, name: null, createdAt: null, manifestSha256: null, reportSha256: null, comparison: null };
  if (baseline === null || baseline.reason !== null)
    return { ...none, reason: baseline?.reason ?? 'the baseline was not read' };
  const { name, createdAtMs, manifestSha256, reportSha256, run } = baseline;
  const comparison = compareRuns(
    run,
    { spec, origin, stages: stages.map(makeComparable) },
    { tolerance, shareTolerance, chooseNames: ({ target }) => ({ base: 'the baseline', target }) },
  );
  const createdAt = formatInstant(createdAtMs);
  return { runId, name, createdAt, manifestSha256, reportSha256, reason: null, comparison };
}

/** Returns the ratio of a stage's value to the baseline's value, for the metric of an assertion. */
export type BaselineMeasure = (assertion: Assertion, stage: StageReport) => Measured;

/**
 * Creates a function that measures ratios to the baseline. If the comparison lacks the statistic, the function combines
 * the intervals of both runs instead of using the comparison's interval. A missing ratio is null and has a reason.
 */
export function createBaselineMeasure(input: BaselineInput | null, report: BaselineReport | null): BaselineMeasure {
  return (assertion, stage) => {
    if (report === null || input === null) return lackValue('the spec has no baseline');
    if (input.reason !== null) return lackValue(input.reason);
    const pair = report.comparison?.stages.find((each) => each.stageIndex === stage.stageIndex);
    const base = input.run.stages.find((each) => each.report.stageIndex === pair?.baseStageIndex)?.report;
    if (pair === undefined || base === undefined)
      return lackValue('the baseline has no stage with this target and load');
    const [ofBase, ofRun] = [measureValue(assertion, base), measureValue(assertion, stage)];
    if (ofRun.value === null) return lackValue(ofRun.reason);
    if (ofBase.value === null) return lackValue(`baseline: ${ofBase.reason}`);
    if (!(ofBase.value > 0)) return lackValue("the baseline's value is not greater than 0");
    const found = { value: ofRun.value / ofBase.value, n: Math.min(ofBase.n, ofRun.n), reason: null };
    const statistic = 'statistic' in assertion ? assertion.statistic : null;
    const change = pair.metrics.find((each) => each.metric === assertion.metric && each.statistic === statistic);
    // A comparison without a verdict has no interval, for example if one speed is in chunks and the other in tokens.
    if (change !== undefined && change.inference !== null && change.verdict === null && change.verdictReason !== null)
      return { ...found, interval: null, lacking: { reason: change.verdictReason, minimumN: null } };
    const interval = change?.inference?.ratio.interval ?? combineMeasured(ofBase, ofRun)?.ratio.interval ?? null;
    if (interval !== null) return { ...found, interval, lacking: null };
    const lacking = ofRun.lacking ?? ofBase.lacking ?? { reason: 'the ratio has no interval', minimumN: null };
    return { ...found, interval, lacking };
  };
}

function lackValue(reason: string | null): Measured {
  return { value: null, n: 0, reason, interval: null, lacking: null };
}
