import type { Context } from 'hono';
import { AppError } from '../../../shared/errors/app-error.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import type { ApiDeps } from '../compose.ts';
import { exportLlmperf, type LlmperfPair, zipLlmperf } from './export-llmperf.ts';

/** The formats in which a report is LLMPerf's own files, and their media types. */
export const llmperfTypes = {
  llmperf: 'application/zip',
  'llmperf-summary': 'application/vnd.llmperf.summary+json',
  'llmperf-individual': 'application/vnd.llmperf.individual-responses+json',
} as const;
type LlmperfFormat = keyof typeof llmperfTypes;

export function isLlmperfFormat(format: string): format is LlmperfFormat {
  return format in llmperfTypes;
}

/** Answers with the files of all stages in an archive, or with one file of one stage, under the name that LLMPerf gives it. */
export async function answerLlmperf(
  c: Context,
  deps: ApiDeps,
  tenantId: string,
  { runId, stageIndex, format }: { runId: string; stageIndex: number | null; format: LlmperfFormat },
): Promise<Response> {
  const pairs = await exportLlmperf(deps, tenantId, runId, stageIndex);
  const named = (name: string) => ({
    'Content-Type': llmperfTypes[format],
    'Content-Disposition': `attachment; filename="${name}"`,
  });
  if (format === 'llmperf') return c.body(zipLlmperf(pairs), 200, named(`${runId}-llmperf.zip`));
  const pair = requireOnePair(pairs);
  if (format === 'llmperf-summary')
    return c.body(JSON.stringify(pair.summary, null, 4), 200, named(`${pair.name}_summary.json`));
  if (pair.individualResponses === null)
    throw new AppError(
      'NOT_FOUND',
      'Only the summary of this stage was imported: its individual responses are not known',
    );
  const text = JSON.stringify(pair.individualResponses, null, 4);
  return c.body(text, 200, named(`${pair.name}_individual_responses.json`));
}

function requireOnePair(pairs: readonly LlmperfPair[]): LlmperfPair {
  const [pair, second] = pairs;
  if (second !== undefined)
    refuse('INVALID_REQUEST', [
      {
        pointer: '?stageIndex',
        fault: `is missing: the run has ${pairs.length} stages, and this is the file of one`,
        remedy: `Give one of 0 to ${pairs.length - 1}, or format=llmperf for all of them in an archive`,
      },
    ]);
  if (pair === undefined) throw new Error('A run has a stage');
  return pair;
}
