import type { RunRecord } from '../domain/records.ts';
import type { Deps } from '../ports.ts';
import type { Principal } from './authenticate.ts';
import { notFound } from './not-found.ts';

/**
 * A run of the principal's tenant.
 * @throws AppError NOT_FOUND, for a run of another tenant too
 */
export async function getRun(deps: Pick<Deps, 'runs'>, principal: Principal, runId: string): Promise<RunRecord> {
  const run = await deps.runs.get(runId);
  if (run === null || run.tenantId !== principal.tenantId) throw notFound('run', runId);
  return run;
}
