import { AppError } from '../../../shared/errors/app-error.ts';
import { isTerminal, type RunRecord } from '../../../shared/records/records.ts';
import { listSubscribedEndpoints } from '../../../shared/runs/enqueue-event.ts';
import { removeWithinQuotas } from '../../../shared/runs/remove-within-quotas.ts';
import type { ApiDeps } from '../compose.ts';
import type { Caller } from '../http/define-endpoint.ts';
import { getRun } from './get-run.ts';

/** Cancels a run, which still gets a partial report. Throws CONFLICT if all requests of the run have finished. */
export async function cancelRun(caller: Caller, runId: string): Promise<RunRecord> {
  const { runs, queue } = caller.deps;
  await getRun(caller, runId);
  const isOpen = { status: ['queued', 'running'], stop: null } as const;
  const stopped = await runs.update(runId, isOpen, { stop: 'run_canceled' });
  const run = stopped ?? (await getRun(caller, runId));
  const { status } = run;
  const detail = `The run is ${status} and cannot be canceled, because all its requests are finished.`;
  if (isTerminal(status) || (status === 'finalizing' && run.stop === null)) throw new AppError('CONFLICT', detail);
  // Sends `advance` even if the run is already being canceled, because an earlier message may have been lost.
  await queue.send({ kind: 'advance', runId });
  return run;
}

/**
 * Deletes a run and all its data. Deletes the run record last, so that an interrupted deletion can be repeated.
 * @throws AppError CONFLICT if the run is active
 */
export async function deleteRun(caller: Caller, runId: string): Promise<void> {
  const { deps } = caller;
  const run = await getRun(caller, runId);
  const detail = `The run is ${run.status}. Cancel it and wait until it is finished, then delete it.`;
  if (!isTerminal(run.status)) throw new AppError('CONFLICT', detail);
  for (const id of run.ephemeralCredentialIds) await deps.credentials.remove(run.tenantId, id);
  for (const endpoint of await listSubscribedEndpoints(deps, run))
    await removeDeliveries(deps, run, endpoint.webhookEndpointId);
  for (const id of run.webhookEndpointIds) await deps.webhookEndpoints.remove(run.tenantId, id);
  await removeWithinQuotas(deps, run.tenantId, { storedRuns: 1 }, () => deps.runs.remove(runId));
}

async function removeDeliveries({ deliveries }: ApiDeps, run: RunRecord, webhookEndpointId: string): Promise<void> {
  let cursor: string | null = null;
  do {
    const page = await deliveries.listByEndpoint(run.tenantId, webhookEndpointId, { limit: 100, cursor });
    for (const { runId, deliveryId } of page.items)
      if (runId === run.runId) await deliveries.remove(run.tenantId, deliveryId);
    // Deliveries are listed newest first. A delivery that is older than the run belongs to another run.
    const reachedBefore = (page.items.at(-1)?.createdAtMs ?? 0) < run.createdAtMs;
    cursor = reachedBefore ? null : page.cursor;
  } while (cursor !== null);
}
