import type { SupervisorDeps } from './compose.ts';
import { startDueSchedules } from './start-due-schedules.ts';

const deliveriesPerTick = 100;

/**
 * Once a minute (more often on one machine): schedules that are due are started, every active run is advanced, every delivery
 * that is due is sent again.
 */
export async function supervise(deps: SupervisorDeps): Promise<void> {
  await startDueSchedules(deps);
  for (const { runId } of await deps.runs.listActive()) await deps.queue.send({ kind: 'advance', runId });
  const due = await deps.deliveries.listDue(deps.clock.nowMs(), deliveriesPerTick);
  for (const { tenantId, deliveryId } of due) await deps.queue.send({ kind: 'deliver', tenantId, deliveryId });
}
