import { objectFolders } from '../../shared/object-store.ts';
import type { RemoveMessage } from '../../shared/records/messages.ts';
import type { RunRecord } from '../../shared/records/records.ts';
import { listSubscribedEndpoints } from '../../shared/runs/enqueue-event.ts';
import { resendRemovalAfterMs, sendRemoval } from '../../shared/runs/send-removal.ts';
import type { FinalizerDeps } from './compose.ts';

/** Time in ms after which a removal continues in a new message, so that the reports of other runs do not wait for it. */
const sliceMs = 60_000;

/**
 * Removes everything that belongs to a removed run: deliveries, credentials, objects, and last its items. Continues
 * where an earlier call ended, and removes what was stored after the removal.
 */
export async function removeRun(deps: FinalizerDeps, { runId }: RemoveMessage): Promise<void> {
  const { runs, clock } = deps;
  if ((await runs.get(runId)) !== null) return;
  const endMs = clock.monotonicMs() + sliceMs;
  const isOver = () => clock.monotonicMs() >= endMs;
  const run = await runs.getRemoved(runId);
  const steps = [
    async () => run === null || removeBelongings(deps, run, isOver),
    async () => removeObjects(deps, runId, isOver),
    async () => runs.clear(runId, isOver),
  ];
  for (const step of steps) {
    if (await step()) continue;
    await runs.postponeRemoval(runId, clock.nowMs() + resendRemovalAfterMs);
    if (run !== null) await sendRemoval(deps, run);
    return;
  }
}

/** Returns whether nothing is left. */
async function removeBelongings(deps: FinalizerDeps, run: RunRecord, isOver: () => boolean): Promise<boolean> {
  for (const id of run.ephemeralCredentialIds) await deps.credentials.remove(run.tenantId, id);
  for (const { webhookEndpointId } of await listSubscribedEndpoints(deps, run))
    if (!(await removeDeliveries(deps, run, webhookEndpointId, isOver))) return false;
  for (const id of run.webhookEndpointIds) await deps.webhookEndpoints.remove(run.tenantId, id);
  return true;
}

async function removeDeliveries(
  { deliveries }: FinalizerDeps,
  run: RunRecord,
  webhookEndpointId: string,
  isOver: () => boolean,
): Promise<boolean> {
  let cursor: string | null = null;
  do {
    if (isOver()) return false;
    const page = await deliveries.listByEndpoint(run.tenantId, webhookEndpointId, { limit: 100, cursor });
    for (const { runId, deliveryId } of page.items)
      if (runId === run.runId) await deliveries.remove(run.tenantId, deliveryId);
    // Deliveries are listed newest first. A delivery that is older than the run belongs to another run.
    const reachedBefore = (page.items.at(-1)?.createdAtMs ?? 0) < run.createdAtMs;
    cursor = reachedBefore ? null : page.cursor;
  } while (cursor !== null);
  return true;
}

async function removeObjects({ objects }: FinalizerDeps, runId: string, isOver: () => boolean): Promise<boolean> {
  for (const folder of [objectFolders.runs, objectFolders.answers])
    while (await objects.removeSome(`${folder}/${runId}/`)) if (isOver()) return false;
  return true;
}
