import { planRun } from '../../shared/plan/plan-run.ts';
import { isTerminal, type RunRecord } from '../../shared/records/records.ts';
import type { AdmittedGroup } from '../../shared/tenant-stores.ts';
import type { CoordinatorDeps } from './compose.ts';

/**
 * Returns whether the run's next group of stages may start now. The runs of a tenant share `maxWorkersPerTenant`
 * workers, so that one tenant's runs never occupy all workers. A group starts only when all its workers are free:
 * otherwise, two wide groups could each get a part of the workers and wait for the rest. A run that waits is marked.
 * A group that is wider than the share starts when no other run of the tenant has workers.
 * @param workers number of batches in the group, each of which needs a worker
 */
export async function admitGroup(deps: CoordinatorDeps, run: RunRecord, workers: number): Promise<boolean> {
  const isAdmitted = await tryAdmit(deps, run, workers);
  const { runId, groupIndex, waitingSinceMs } = run;
  if (isAdmitted === (waitingSinceMs === null)) return isAdmitted;
  const change = { waitingSinceMs: isAdmitted ? null : deps.clock.nowMs() };
  const updated = await deps.runs.update(runId, { groupIndex, stop: null }, change);
  if (updated !== null) deps.logger.info('run waits for workers', { runId, groupIndex, workers, ends: isAdmitted });
  return isAdmitted && updated !== null;
}

/**
 * Stores that the run's group may use its workers, if the tenant's share has room. All admissions of a tenant are in one
 * item, so concurrent calls cannot exceed the share together. Returns whether the group is admitted.
 */
async function tryAdmit(deps: CoordinatorDeps, run: RunRecord, workers: number): Promise<boolean> {
  const { runId, groupIndex, tenantId } = run;
  for (;;) {
    const stored = await deps.admissions.get(tenantId);
    if (stored?.groups.some((group) => group.runId === runId && group.groupIndex === groupIndex)) return true;
    const { admitted, usedBefore } = await findOthers(deps, run, stored?.groups ?? []);
    if (usedBefore > 0 && usedBefore + workers > deps.config.maxWorkersPerTenant) return false;
    if (await deps.admissions.replace(tenantId, stored, [...admitted, { runId, groupIndex, workers }])) return true;
  }
}

/**
 * Finds the admitted groups of the tenant's other runs, without those that have ended. Counts their workers and those
 * of runs that wait and are ahead of this run.
 */
async function findOthers(deps: CoordinatorDeps, run: RunRecord, groups: readonly AdmittedGroup[]) {
  const active = await deps.runs.listActive(run.tenantId);
  const runIds = new Set([...active, ...groups].map(({ runId }) => runId));
  runIds.delete(run.runId);
  const admitted: AdmittedGroup[] = [];
  let usedBefore = 0;
  for (const runId of runIds) {
    const other = await deps.runs.get(runId);
    if (other === null || isTerminal(other.status) || other.status === 'finalizing') continue;
    const group = groups.find((one) => one.runId === runId && one.groupIndex === other.groupIndex);
    if (group !== undefined) admitted.push(group);
    if (group !== undefined || !isWaiting(other) || isAhead(other, run)) usedBefore += countWorkers(other);
  }
  return { admitted, usedBefore };
}

function isWaiting({ status, waitingSinceMs }: RunRecord): boolean {
  return status === 'queued' || waitingSinceMs !== null;
}

/** Runs that have started come first, because their maximum duration is running. Others start in order of creation. */
function isAhead(other: RunRecord, run: RunRecord): boolean {
  const hasStarted = other.startedAtMs !== null;
  if (hasStarted !== (run.startedAtMs !== null)) return hasStarted;
  if (other.createdAtMs !== run.createdAtMs) return other.createdAtMs < run.createdAtMs;
  return other.runId < run.runId;
}

/** Counts the batches of a run's current group. */
function countWorkers(run: RunRecord): number {
  const stages = planRun(run.spec, run).filter(({ groupIndex }) => groupIndex === run.groupIndex);
  return stages.reduce((sum, { batches }) => sum + batches.length, 0);
}

/** Advances the tenant's other runs after a run has freed its workers. If a message is lost, the supervisor does it. */
export async function wakeWaitingRuns(
  deps: CoordinatorDeps,
  { tenantId, runId: endedRunId }: RunRecord,
): Promise<void> {
  for (const { runId } of await deps.runs.listActive(tenantId))
    if (runId !== endedRunId) await deps.queue.send({ kind: 'advance', runId });
}
