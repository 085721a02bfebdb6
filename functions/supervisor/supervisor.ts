import { AppError, errorCodes } from '../../shared/errors/app-error.ts';
import { deriveIdAt } from '../../shared/ids/ids.ts';
import { findLatestOccurrence, findNextOccurrence } from '../../shared/records/find-occurrences.ts';
import { type Failure, isTerminal } from '../../shared/records/records.ts';
import type { ScheduleRecord } from '../../shared/records/schedule.ts';
import { createRun } from '../../shared/runs/create-run.ts';
import { resendRemovalAfterMs, sendRemoval } from '../../shared/runs/send-removal.ts';
import type { SupervisorDeps } from './compose.ts';

const deliveriesPerTick = 100;
/** Time in ms after which the message of a due delivery is sent again, if no attempt has started. */
const resendAfterMs = 60_000;

/** Creates the Lambda handler of the scheduled event. The contents of the event are ignored. */
export function createSupervisor(deps: SupervisorDeps): () => Promise<void> {
  return () => superviseRuns(deps);
}

/** Starts due schedules, advances active runs, sends due webhooks, and continues removals. Runs every minute, or more often locally. */
export async function superviseRuns(deps: SupervisorDeps): Promise<void> {
  await startDueSchedules(deps);
  for (const { runId } of await deps.runs.listActive()) await deps.queue.send({ kind: 'advance', runId });
  const due = await deps.deliveries.listDue(deps.clock.nowMs(), deliveriesPerTick);
  for (const delivery of due) {
    // Until then, the message of the delivery may wait in the queue for the tenant's share.
    if (!(await deps.deliveries.postpone(delivery, deps.clock.nowMs() + resendAfterMs))) continue;
    const { tenantId, deliveryId } = delivery;
    await deps.queue.send({ kind: 'deliver', tenantId, deliveryId });
  }
  await resendRemovals(deps);
}

const removalsPerTick = 100;

/** Sends the removal of runs again whose message was lost. */
async function resendRemovals(deps: SupervisorDeps): Promise<void> {
  const nowMs = deps.clock.nowMs();
  for (const runId of await deps.runs.listRemoved(nowMs, removalsPerTick)) {
    const run = await deps.runs.getRemoved(runId);
    if (run === null) continue;
    await deps.runs.postponeRemoval(runId, nowMs + resendRemovalAfterMs);
    await sendRemoval(deps, run);
  }
}

const schedulesPerTick = 100;
/** Time in ms after which a schedule that failed with an error is tried again. */
const retryAfterMs = 60_000;

/**
 * Starts a run for each due schedule. If a schedule missed several start times, starts only one run, for the latest
 * time. Concurrent calls start the run only once, because its id is derived from the schedule and the due time.
 */
export async function startDueSchedules(deps: SupervisorDeps): Promise<void> {
  const nowMs = deps.clock.nowMs();
  for (const { tenantId, scheduleId } of await deps.schedules.listDue(nowMs, schedulesPerTick)) {
    try {
      const schedule = await deps.schedules.get(tenantId, scheduleId);
      // The index may be slightly out of date, so the due time is checked on the schedule itself.
      if (schedule?.nextAtMs === undefined || schedule.nextAtMs === null || schedule.nextAtMs > nowMs) continue;
      await startDue(deps, schedule, schedule.nextAtMs, nowMs);
    } catch (error) {
      // The schedule stays due, so a later call tries again. Until then, it does not use up the limit of each call.
      deps.logger.error('schedule failed to start a run', { tenantId, scheduleId, error });
      await deps.schedules.postpone(tenantId, scheduleId, nowMs + retryAfterMs);
    }
  }
}

async function startDue(
  deps: SupervisorDeps,
  schedule: ScheduleRecord,
  nextAtMs: number,
  nowMs: number,
): Promise<void> {
  const { tenantId, scheduleId } = schedule;
  const dueAtMs = findLatestOccurrence(schedule, nextAtMs, nowMs);
  const runId = deriveIdAt('run', dueAtMs, scheduleId);
  const failure = (await checkPreviousRun(deps, schedule, runId)) ?? (await tryRun(deps, schedule, runId));
  const change = {
    nextAtMs: findNextOccurrence(schedule, Math.max(nowMs, dueAtMs)),
    lastDueAtMs: dueAtMs,
    lastFailure: failure,
    ...(failure === null ? { lastRunId: runId } : {}),
  };
  await deps.schedules.update(tenantId, scheduleId, { nextAtMs, paused: false }, change);
}

/** Returns a failure if the schedule's previous run is still active: concurrent runs would disturb each other. */
async function checkPreviousRun(
  deps: SupervisorDeps,
  { lastRunId }: ScheduleRecord,
  runId: string,
): Promise<Failure | null> {
  const last = lastRunId === null || lastRunId === runId ? null : await deps.runs.get(lastRunId);
  if (last === null || isTerminal(last.status)) return null;
  return { code: 'PREVIOUS_RUN_ACTIVE', message: `The previous run ${last.runId} was still active` };
}

/** Creates the run of a schedule. Returns null, or the error if a retry would not help. Throws all other errors. */
async function tryRun(deps: SupervisorDeps, { tenantId, scheduleId, spec }: ScheduleRecord, runId: string) {
  try {
    await createRun(deps, { tenantId }, spec, runId, scheduleId);
    return null;
  } catch (error) {
    if (!(error instanceof AppError) || errorCodes[error.code].status >= 500) throw error;
    return { code: error.code, message: error.message };
  }
}
