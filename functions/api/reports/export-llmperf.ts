import { zipSync } from 'fflate';
import { AppError } from '../../../shared/errors/app-error.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import { exportRecords } from '../../../shared/llmperf/export-records.ts';
import { exportSummary } from '../../../shared/llmperf/export-summary.ts';
import { planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { readStageSamples } from '../../../shared/runs/read-stage-samples.ts';
import type { LlmperfRecord, LlmperfSummary } from '../../../shared/sample/imported.ts';
import type { Sample } from '../../../shared/sample/sample.ts';
import { getRun } from '../runs/get-run.ts';
import { getReport } from './get-report.ts';

type ExportDeps = Pick<Deps, 'runs' | 'reports' | 'batches' | 'blocks'>;

/** The two files of one stage. `individualResponses` is null if the import had none. */
export type LlmperfPair = { name: string; summary: LlmperfSummary; individualResponses: LlmperfRecord[] | null };

/** Limits the size of the response. Larger runs are available as pages of samples. */
const maxExportedRequests = 20_000;
/** The date of every file in an archive, so that equal runs produce equal bytes. ZIP dates start in 1980. */
const archiveDate = new Date(1980, 0, 1);

/**
 * Exports the stages of a run in LLMPerf's format.
 * @param stageIndex the stage to export; null exports all stages
 * @throws AppError NOT_FOUND, REPORT_NOT_READY, or INVALID_REQUEST for an unknown stage or a run that is too large
 */
export async function exportLlmperf(
  deps: ExportDeps,
  tenantId: string,
  runId: string,
  stageIndex: number | null,
): Promise<LlmperfPair[]> {
  const run = await getRun(deps, tenantId, runId);
  const report = readReport(await getReport(deps, tenantId, runId));
  const plans = planRun(run.spec, run).filter((plan) => stageIndex === null || plan.stageIndex === stageIndex);
  checkStages(plans, report, stageIndex);
  const pairs: LlmperfPair[] = [];
  for (const plan of plans) pairs.push(await exportStage(deps, run, report, plan));
  return pairs;
}

/** Packs the pairs into a ZIP archive. Each stage has its own folder, because LLMPerf's names do not distinguish loads. */
export function zipLlmperf(pairs: readonly LlmperfPair[]): Uint8Array<ArrayBuffer> {
  const files: Record<string, Uint8Array> = {};
  for (const [index, { name, summary, individualResponses }] of pairs.entries()) {
    const folder = pairs.length === 1 ? '' : `stage-${String(index).padStart(2, '0')}/`;
    files[`${folder}${name}_summary.json`] = encodeJson(summary);
    if (individualResponses !== null)
      files[`${folder}${name}_individual_responses.json`] = encodeJson(individualResponses);
  }
  return new Uint8Array(zipSync(files, { mtime: archiveDate }));
}

function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(value, null, 4)}\n`);
}

function checkStages(plans: readonly StagePlan[], report: Report, stageIndex: number | null): void {
  const requests = plans.reduce((sum, plan) => sum + plan.requests, 0);
  if (plans.length === 0 || plans.some((plan) => report.stages[plan.stageIndex] === undefined))
    refuse('INVALID_REQUEST', [
      {
        pointer: '?stageIndex',
        fault: `does not name one of the ${report.stages.length} stages of the run`,
        remedy: `Use 0 to ${report.stages.length - 1}`,
      },
    ]);
  if (requests > maxExportedRequests)
    refuse('INVALID_REQUEST', [
      {
        pointer: '?format',
        fault: `supports at most ${maxExportedRequests} requests, but the selection has ${requests}`,
        remedy: `${stageIndex === null ? 'Select a stage with ?stageIndex=, or read' : 'Read'} /v1/runs/{runId}/samples page by page`,
      },
    ]);
}

async function exportStage(deps: ExportDeps, run: RunRecord, report: Report, plan: StagePlan): Promise<LlmperfPair> {
  const stage = report.stages[plan.stageIndex];
  const target = run.spec.targets[plan.targetIndex];
  if (stage === undefined || target === undefined) throw new AppError('INTERNAL', 'The report does not match its run');
  const samples: Sample[] = [];
  for await (const batch of readStageSamples(deps, run, plan)) samples.push(...batch);
  const imported = run.spec.imported?.stages[plan.stageIndex];
  const records = exportRecords(samples);
  const summary =
    imported?.summary ??
    exportSummary({
      stage,
      target,
      workload: imported === undefined ? run.spec.workload : null,
      metadata: { ...run.spec.metadata, ...(imported === undefined ? { tokenmeter_run: run.runId } : {}) },
      records,
      endedAtMs: imported === undefined ? run.endedAtMs : null,
    });
  const hasRecords = imported === undefined || imported.recordsSha256 !== null;
  return { name: chooseFileName(summary, target.id), summary, individualResponses: hasRecords ? records : null };
}

/** Returns the name in the summary, reduced to safe file name characters. */
function chooseFileName(summary: LlmperfSummary, fallback: string): string {
  const { name } = summary;
  const own = typeof name === 'string' ? name.replace(/_summary$/, '').replaceAll(/[^A-Za-z0-9_.-]+/g, '-') : '';
  return own.replace(/^[.-]+/, '').slice(0, 200) || fallback;
}
