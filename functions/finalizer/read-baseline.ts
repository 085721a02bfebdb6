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
 * Reads the baseline of a run stage by stage, and keeps only each stage's report and request metrics. Returns null if the
 * spec names no baseline, or the reason if the baseline run or its report no longer exists.
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
