import type { Deps } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import { requireFound } from '../http/require-found.ts';

/**
 * Returns a run of the tenant.
 * @throws AppError NOT_FOUND, also for a run of another tenant
 */
export async function getRun(deps: Pick<Deps, 'runs'>, tenantId: string, runId: string): Promise<RunRecord> {
  const run = await deps.runs.get(runId);
  return requireFound(run?.tenantId === tenantId ? run : null, 'run', runId);
}
