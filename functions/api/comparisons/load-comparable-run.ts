import { chooseOrigin } from '../../../shared/llmperf/choose-origin.ts';
import { planRun } from '../../../shared/plan/plan.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { metricColumnsOf } from '../../../shared/report/build/compare/compare-requests.ts';
import type { ComparableRun } from '../../../shared/report/build/compare/compare-runs.ts';
import type { ComparableStage } from '../../../shared/report/build/compare/compare-stages.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { readStageColumns } from '../../../shared/runs/read-stage-columns.ts';

/**
 * Loads the stages of a finished run's report and the metrics of its requests. Returns null if the run has no report.
 */
export async function loadComparableRun(
  deps: Pick<Deps, 'reports' | 'batches' | 'blocks'>,
  run: RunRecord,
): Promise<{ report: Report; comparable: ComparableRun } | null> {
  const json = await deps.reports.get(run.runId);
  if (json === null) return null;
  const report = readReport(json);
  const stages: ComparableStage[] = [];
  for (const plan of planRun(run.spec, run)) {
    const samples = await readStageColumns(deps, run, plan, await deps.batches.list(run.runId, plan.stageIndex));
    const own = report.stages[plan.stageIndex];
    if (own !== undefined) stages.push({ report: own, columns: metricColumnsOf({ plan, samples }) });
  }
  return { report, comparable: { spec: run.spec, origin: chooseOrigin(run.spec), stages } };
}
