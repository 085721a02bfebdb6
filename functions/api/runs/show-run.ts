import type { z } from 'zod';
import type { Deps } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { showRecord } from '../http/show-record.ts';
import { measureProgress } from './measure-progress.ts';
import { type RunView, runSchema, runSummarySchema } from './schemas.ts';

/** Shows a run without its spec and progress, for lists. */
export function showRunSummary(run: RunRecord): z.output<typeof runSummarySchema> {
  return showRecord(runSummarySchema, describeRun(run));
}

/** Shows a run with its spec and current progress. */
export async function showRun(deps: Pick<Deps, 'batches' | 'clock'>, run: RunRecord): Promise<RunView> {
  const { imported = null, ...spec } = run.spec;
  const batches = run.status === 'queued' ? [] : await deps.batches.list(run.runId);
  const progress = measureProgress(run, batches, deps.clock.nowMs());
  return showRecord(runSchema, { ...describeRun(run), spec: imported === null ? spec : null, imported, progress });
}

function describeRun(run: RunRecord) {
  const { name = null, imported, targets, metadata } = run.spec;
  const self = `/v1/runs/${run.runId}`;
  return {
    ...run,
    name,
    targets: targets.map(({ id, model }) => ({ id, model })),
    metadata,
    source: imported === undefined ? ('measured' as const) : ('imported' as const),
    links: { self, report: `${self}/report`, samples: `${self}/samples`, manifest: `${self}/manifest` },
  };
}
