import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { listSubscribedEndpoints } from '../../../shared/runs/enqueue-event.ts';
import { getRun } from './get-run.ts';

/**
 * Deletes a run with its samples, report, credentials, webhook endpoints and deliveries. Removes the run record last, so
 * that an interrupted deletion can be repeated.
 * @throws AppError NOT_FOUND, or CONFLICT while the run is active
 */
export async function deleteRun(
  deps: Pick<Deps, 'runs' | 'credentials' | 'webhookEndpoints' | 'deliveries'>,
  tenantId: string,
  runId: string,
): Promise<void> {
  const run = await getRun(deps, tenantId, runId);
  if (!isTerminal(run.status))
    throw new AppError(
      'CONFLICT',
      `The run is ${run.status}. Cancel it and wait until it is finished, then delete it.`,
    );
  for (const id of run.ephemeralCredentialIds) await deps.credentials.remove(run.tenantId, id);
  for (const endpoint of await listSubscribedEndpoints(deps, run))
    await removeDeliveries(deps, run, endpoint.webhookEndpointId);
  for (const id of run.webhookEndpointIds) await deps.webhookEndpoints.remove(run.tenantId, id);
  await deps.runs.remove(runId);
}

async function removeDeliveries(
  deps: Pick<Deps, 'deliveries'>,
  run: RunRecord,
  webhookEndpointId: string,
): Promise<void> {
  let cursor: string | null = null;
  do {
    const page = await deps.deliveries.listByEndpoint(run.tenantId, webhookEndpointId, { limit: 100, cursor });
    for (const { runId, deliveryId } of page.items)
      if (runId === run.runId) await deps.deliveries.remove(run.tenantId, deliveryId);
    // The list is sorted newest first, and deliveries older than the run belong to other runs.
    const reachedBefore = (page.items.at(-1)?.createdAtMs ?? 0) < run.createdAtMs;
    cursor = reachedBefore ? null : page.cursor;
  } while (cursor !== null);
}
