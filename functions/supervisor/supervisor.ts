import type { SupervisorDeps } from './compose.ts';
import { startDueSchedules } from './start-due-schedules.ts';

const deliveriesPerTick = 100;

/** Creates the handler of the scheduled event, whose content does not matter. */
export function createSupervisor(deps: SupervisorDeps): () => Promise<void> {
  return () => supervise(deps);
}

/** Starts due schedules, advances active runs, and sends due deliveries. Runs every minute (more often on one machine). */
export async function supervise(deps: SupervisorDeps): Promise<void> {
  await startDueSchedules(deps);
  for (const { runId } of await deps.runs.listActive()) await deps.queue.send({ kind: 'advance', runId });
  const due = await deps.deliveries.listDue(deps.clock.nowMs(), deliveriesPerTick);
  for (const { tenantId, deliveryId } of due) await deps.queue.send({ kind: 'deliver', tenantId, deliveryId });
}
