import { AppError } from '../domain/app-error.ts';
import { planRun } from '../domain/plan.ts';
import { isTerminal } from '../domain/records.ts';
import type { Deps } from '../ports.ts';
import type { Principal } from './authenticate.ts';
import { getRun } from './get-run.ts';

/**
 * Forgets a run with its samples, report, credentials and webhook endpoints. The run itself goes last, so that a
 * deletion that was cut short can be asked for again.
 * @throws AppError NOT_FOUND, or CONFLICT while it is active
 */
export async function deleteRun(
  deps: Pick<Deps, 'runs' | 'credentials' | 'webhookEndpoints'>,
  principal: Principal,
  runId: string,
): Promise<void> {
  const run = await getRun(deps, principal, runId);
  if (!isTerminal(run.status))
    throw new AppError('CONFLICT', `The run is ${run.status}; cancel it and wait for its end first`);
  for (const id of run.ephemeralCredentialIds) await deps.credentials.remove(run.tenantId, id);
  for (const id of run.webhookEndpointIds) await deps.webhookEndpoints.remove(run.tenantId, id);
  await deps.runs.remove(runId, planRun(run.spec, run).length);
}
