import type { Deps } from '../ports.ts';

const deliveriesPerTick = 100;

/** Once a minute (more often on one machine): every active run is advanced, every delivery that is due is sent again. */
export async function supervise(deps: Deps): Promise<void> {
  for (const { runId } of await deps.runs.listActive()) await deps.queue.send({ kind: 'advance', runId });
  const due = await deps.deliveries.listDue(deps.clock.nowMs(), deliveriesPerTick);
  for (const { tenantId, deliveryId } of due) await deps.queue.send({ kind: 'deliver', tenantId, deliveryId });
}
