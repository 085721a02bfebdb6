import type { Deps } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { measureProgress, type RunProgress } from './measure-progress.ts';

/** How far a run is now. */
export async function getRunProgress(deps: Pick<Deps, 'batches' | 'clock'>, run: RunRecord): Promise<RunProgress> {
  const batches = run.status === 'queued' ? [] : await deps.batches.list(run.runId);
  return measureProgress(run, batches, deps.clock.nowMs());
}
