import { zipSync } from 'fflate';
import { z } from 'zod';
import { AppError, throwFaults } from '../../../shared/errors/app-error.ts';
import { exportStage, type LlmperfPair } from '../../../shared/llmperf/export-stage.ts';
import { planRun, type StagePlan } from '../../../shared/plan/plan-run.ts';
import { readReport } from '../../../shared/report/model/read-report.ts';
import type { Report } from '../../../shared/report/model/report.ts';
import { readFinishedStage } from '../../../shared/runs/read-finished-samples.ts';
import { llmperfRecordSchema, llmperfSummarySchema } from '../../../shared/sample/imported.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { getReport, getRun } from '../runs/get-run.ts';

/** Maximum number of exported requests, to limit the response size. Clients can read larger runs page by page. */
const maxExportedRequests = 20_000;
/** Date of every file in an archive, so that equal runs produce equal bytes. ZIP dates start in 1980. */
const archiveDate = new Date(1980, 0, 1);

type LlmperfFormat = {
  /** Name of the format in operation ids. */
  name: string;
  /** Path of the format below the path of the report. */
  ending: string;
  label: string;
  contentType: string;
  schema: z.ZodType;
  /** Whether the format contains all stages by default. The others contain one stage, and need its index. */
  hasAllStages: boolean;
  writeFile(pairs: readonly LlmperfPair[], runId: string): { name: string; body: string | Uint8Array<ArrayBuffer> };
};

const archivePath = '/llmperf.zip';
const summaryPath = '/llmperf-summary.json';

/** LLMPerf export formats by key: an archive with both files of each stage, or one file of a single stage. */
export const llmperfFormats: Readonly<Record<string, LlmperfFormat>> = {
  llmperf: {
    name: 'Archive',
    ending: archivePath,
    label: 'the LLMPerf files of a run as a ZIP archive',
    contentType: 'application/zip',
    schema: z.string().meta({ format: 'binary' }),
    hasAllStages: true,
    writeFile: (pairs, runId) => ({ name: `${runId}-llmperf.zip`, body: zipPairs(pairs) }),
  },
  'llmperf-summary': {
    name: 'Summary',
    ending: summaryPath,
    label: 'the LLMPerf summary of a stage',
    contentType: 'application/json',
    schema: llmperfSummarySchema,
    hasAllStages: false,
    writeFile: (pairs) => {
      const { name, summary } = requireOnePair(pairs);
      return { name: `${name}_summary.json`, body: JSON.stringify(summary, null, 4) };
    },
  },
  'llmperf-individual': {
    name: 'Responses',
    ending: '/llmperf-individual-responses.json',
    label: 'the LLMPerf individual responses of a stage',
    contentType: 'application/json',
    schema: z.array(llmperfRecordSchema).meta({ id: 'LlmperfRecords' }),
    hasAllStages: false,
    writeFile: (pairs) => {
      const { name, individualResponses } = requireOnePair(pairs);
      if (individualResponses !== null)
        return { name: `${name}_individual_responses.json`, body: JSON.stringify(individualResponses, null, 4) };
      throw new AppError(
        'NOT_FOUND',
        `The import of this stage contains only a summary and no individual responses. Use /report${summaryPath}.`,
      );
    },
  },
};

function requireOnePair(pairs: readonly LlmperfPair[]): LlmperfPair {
  const [pair, second] = pairs;
  if (second !== undefined) {
    const fault = `is required: the run has ${pairs.length} stages, but this format contains only one`;
    const remedy = `Set stageIndex to a value from 0 to ${pairs.length - 1}, or use /report${archivePath} for an archive of all stages`;
    throwFaults('INVALID_REQUEST', [{ pointer: '?stageIndex', fault, remedy }]);
  }
  if (pair === undefined) throw new Error('Internal error: the run has no stages');
  return pair;
}

/**
 * Exports one stage of a run, or all stages if `stageIndex` is null.
 * @throws AppError NOT_FOUND, REPORT_NOT_READY, or INVALID_REQUEST for an unknown stage or a run that is too large
 */
export async function exportStages(caller: Caller, runId: string, stageIndex: number | null): Promise<LlmperfPair[]> {
  const run = await getRun(caller, runId);
  const report = readReport(await getReport(caller, runId));
  const plans = planRun(run.spec, run).filter((plan) => stageIndex === null || plan.stageIndex === stageIndex);
  checkStages(plans, report, stageIndex);
  const pairs: LlmperfPair[] = [];
  for (const plan of plans) {
    const stage = report.stages[plan.stageIndex];
    const target = run.spec.targets[plan.targetIndex];
    if (stage === undefined || target === undefined)
      throw new AppError('INTERNAL', 'The report does not match its run');
    const samples = await readFinishedStage(caller.deps, run, plan);
    pairs.push(exportStage(run, target, stage, samples));
  }
  return pairs;
}

/** Packs LLMPerf files into a ZIP archive with one folder per stage, because stages can have equal file names. */
function zipPairs(pairs: readonly LlmperfPair[]): Uint8Array<ArrayBuffer> {
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
  const { length } = report.stages;
  if (plans.length === 0 || plans.some((plan) => report.stages[plan.stageIndex] === undefined)) {
    const fault = `is not the index of one of the ${length} stages of the run`;
    throwFaults('INVALID_REQUEST', [{ pointer: '?stageIndex', fault, remedy: `Use an index from 0 to ${length - 1}` }]);
  }
  const requests = plans.reduce((sum, plan) => sum + plan.requests, 0);
  if (requests <= maxExportedRequests) return;
  const fault = `supports at most ${maxExportedRequests} requests, but the selected stages have ${requests}`;
  const verb = stageIndex === null ? 'Select a stage with ?stageIndex=, or read' : 'Read';
  const remedy = `${verb} /v1/runs/{runId}/samples.ndjson page by page`;
  throwFaults('INVALID_REQUEST', [{ pointer: '?stageIndex', fault, remedy }]);
}
