import { formatInstant } from '../../../records/format-instant.ts';
import type { RunSpec } from '../../../spec/run-spec.ts';
import type { BaselineReport } from '../../model/run-comparison.ts';
import type { ReportOrigin } from '../report-origin.ts';
import { type ComparableRun, compareRuns } from './compare-runs.ts';
import { type BuiltStage, makeComparable } from './compare-stages.ts';

/** What a report needs of its baseline; with a reason in place of it where the run is gone. */
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

/** The run held against the baseline of its spec; null where the spec names none. */
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
    { tolerance, shareTolerance, nameOf: ({ target }) => ({ base: 'the baseline', target }) },
  );
  const createdAt = formatInstant(createdAtMs);
  return { runId, name, createdAt, manifestSha256, reportSha256, reason: null, comparison };
}
