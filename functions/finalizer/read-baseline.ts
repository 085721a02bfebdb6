import { createHash } from 'node:crypto';
import { chooseOrigin } from '../../shared/llmperf/choose-origin.ts';
import { planRun } from '../../shared/plan/plan-run.ts';
import type { Deps } from '../../shared/ports.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import { buildStageReport } from '../../shared/report/build/build-stage-report.ts';
import type { BaselineInput } from '../../shared/report/build/compare/build-baseline.ts';
import { type ComparableStage, makeComparable } from '../../shared/report/build/compare/compare-stages.ts';
import { readStageInput } from '../../shared/runs/read-stage-input.ts';

/**
 * The baseline of a run, from its samples, a stage at a time: of each stage only the report and the metrics of its requests are
 * kept. Null where the spec names none; the reason where the run, or its report, is gone since.
 */
export async function readBaseline(
  deps: Pick<Deps, 'runs' | 'reports' | 'batches' | 'blocks' | 'stages'>,
  run: Pick<RunRecord, 'spec' | 'tenantId'>,
): Promise<BaselineInput | null> {
  if (run.spec.baseline === undefined) return null;
  const baseline = await deps.runs.get(run.spec.baseline.runId);
  if (baseline === null || baseline.tenantId !== run.tenantId) return { reason: 'the baseline run was deleted' };
  const report = await deps.reports.get(baseline.runId);
  if (report === null) return { reason: 'the baseline run has no report' };
  const plan = planRun(baseline.spec, baseline);
  const origin = chooseOrigin(baseline.spec);
  const stages: ComparableStage[] = [];
  for (const stage of plan) {
    const input = await readStageInput(deps, baseline, plan, stage, { withChunkGaps: false });
    stages.push(makeComparable({ input, report: buildStageReport(baseline.spec, input, origin) }));
  }
  return {
    reason: null,
    name: baseline.spec.name ?? null,
    createdAtMs: baseline.createdAtMs,
    manifestSha256: baseline.manifestSha256,
    reportSha256: createHash('sha256').update(report).digest('hex'),
    run: { spec: baseline.spec, origin, stages },
  };
}
