import type { RunRecord } from '../records/records.ts';
import type { StageReport } from '../report/model/report.ts';
import type { LlmperfRecord, LlmperfSummary } from '../sample/imported.ts';
import type { Sample } from '../sample/sample.ts';
import type { Target } from '../spec/target.ts';
import { exportRecords } from './export-records.ts';
import { exportSummary } from './export-summary.ts';

/** LLMPerf files of one stage. `individualResponses` is null if the stage was imported without them. */
export type LlmperfPair = { name: string; summary: LlmperfSummary; individualResponses: LlmperfRecord[] | null };

/** Exports a stage as LLMPerf's two files. The files of an imported stage have their original content. */
export function exportStage(
  { runId, spec, endedAtMs }: Pick<RunRecord, 'runId' | 'spec' | 'endedAtMs'>,
  target: Target,
  stage: StageReport,
  samples: readonly Sample[],
): LlmperfPair {
  const imported = spec.imported?.stages[stage.stageIndex];
  const records = exportRecords(samples);
  const { metadata, workload } = spec;
  const known =
    imported === undefined
      ? { workload, metadata: { ...metadata, tokenmeter_run: runId }, endedAtMs }
      : { workload: null, metadata, endedAtMs: null };
  const summary = imported?.summary ?? exportSummary({ stage, target, records, ...known });
  const hasRecords = imported === undefined || imported.recordsSha256 !== null;
  return { name: chooseFileName(summary, target.id), summary, individualResponses: hasRecords ? records : null };
}

/** Returns the name in an LLMPerf summary, reduced to characters that are safe in a file name. */
function chooseFileName({ name }: LlmperfSummary, fallback: string): string {
  const own = typeof name === 'string' ? name.replace(/_summary$/, '').replaceAll(/[^A-Za-z0-9_.-]+/g, '-') : '';
  return own.replace(/^[.-]+/, '').slice(0, 200) || fallback;
}
