import type { Deps } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

/**
 * A run of the principal's tenant.
 * @throws AppError NOT_FOUND, for a run of another tenant too
 */
export async function getRun(deps: Pick<Deps, 'runs'>, principal: Principal, runId: string): Promise<RunRecord> {
  const run = await deps.runs.get(runId);
  if (run === null || run.tenantId !== principal.tenantId) throw notFound('run', runId);
  return run;
}
