import { z } from 'zod';
import type { RunRecord } from './records.ts';

/** What can create a run: a request with a spec, a rerun of another run, a schedule, or an import of LLMPerf results. */
export const runSources = ['api', 'rerun', 'schedule', 'import'] as const;
export const runSourceSchema = z.enum(runSources).meta({ id: 'RunSource' });
export type RunSource = (typeof runSources)[number];

export function findRunSource({
  spec,
  rerunOf,
  scheduleId,
}: Pick<RunRecord, 'spec' | 'rerunOf' | 'scheduleId'>): RunSource {
  if (spec.imported !== undefined) return 'import';
  if (scheduleId !== null) return 'schedule';
  return rerunOf === null ? 'api' : 'rerun';
}
