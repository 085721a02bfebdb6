import type { Context } from 'hono';
import { AppError } from '../../../shared/errors/app-error.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import type { ApiDeps } from '../compose.ts';
import { exportLlmperf, type LlmperfPair, zipLlmperf } from './export-llmperf.ts';

/** Maps the LLMPerf export formats to media types. */
export const llmperfTypes = {
  llmperf: 'application/zip',
  'llmperf-summary': 'application/vnd.llmperf.summary+json',
  'llmperf-individual': 'application/vnd.llmperf.individual-responses+json',
} as const;
type LlmperfFormat = keyof typeof llmperfTypes;

export function isLlmperfFormat(format: string): format is LlmperfFormat {
  return format in llmperfTypes;
}

/** Responds with an archive of all stages, or with one file of one stage under its LLMPerf name. */
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
      'The import of this stage contains only a summary and no individual responses. Use format=llmperf-summary.',
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
        fault: `is missing: the run has ${pairs.length} stages, but this format contains only one`,
        remedy: `Use 0 to ${pairs.length - 1}, or format=llmperf for an archive of all stages`,
      },
    ]);
  if (pair === undefined) throw new Error('A run has a stage');
  return pair;
}
