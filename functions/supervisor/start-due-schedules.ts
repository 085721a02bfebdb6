import { AppError, errorCodes } from '../../shared/errors/app-error.ts';
import { deriveIdAt } from '../../shared/ids/derive-id.ts';
import { findLatestOccurrence, findNextOccurrence } from '../../shared/records/find-occurrences.ts';
import { type Failure, isTerminal } from '../../shared/records/records.ts';
import type { ScheduleRecord } from '../../shared/records/schedule.ts';
import { createRun } from '../../shared/runs/create-run.ts';
import type { SupervisorDeps } from './compose.ts';

const schedulesPerTick = 100;

/**
 * Starts the run of each schedule that is due. The id of a run follows from its schedule and the instant it was due, and runs
 * are created by a conditional write: however many supervisors look at the same time, and whenever one dies, each is started
 * once. Of several that were missed only the latest is started.
 */
export async function startDueSchedules(deps: SupervisorDeps): Promise<void> {
  const nowMs = deps.clock.nowMs();
  for (const { tenantId, scheduleId } of await deps.schedules.listDue(nowMs, schedulesPerTick)) {
    try {
      const schedule = await deps.schedules.get(tenantId, scheduleId);
      // The index may be a moment behind: the schedule itself says whether it is due.
      if (schedule?.nextAtMs === undefined || schedule.nextAtMs === null || schedule.nextAtMs > nowMs) continue;
      await startDue(deps, schedule, schedule.nextAtMs, nowMs);
    } catch (error) {
      // It stays due, and the others are not kept waiting.
      deps.logger.error('a schedule was not run', { tenantId, scheduleId, error });
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
  await deps.schedules.update(
    tenantId,
    scheduleId,
    { nextAtMs, paused: false },
    {
      nextAtMs: findNextOccurrence(schedule, Math.max(nowMs, dueAtMs)),
      lastDueAtMs: dueAtMs,
      lastFailure: failure,
      ...(failure === null ? { lastRunId: runId } : {}),
    },
  );
}

/** Two runs of one schedule at the same time would disturb each other's numbers. */
async function checkPreviousRun(
  deps: SupervisorDeps,
  { lastRunId }: ScheduleRecord,
  runId: string,
): Promise<Failure | null> {
  const last = lastRunId === null || lastRunId === runId ? null : await deps.runs.get(lastRunId);
  if (last === null || isTerminal(last.status)) return null;
  return { code: 'PREVIOUS_RUN_ACTIVE', message: `The run before it, ${last.runId}, had not ended` };
}

/** @throws what is no refusal: it may be over by the next look */
async function tryRun(deps: SupervisorDeps, { tenantId, scheduleId, spec }: ScheduleRecord, runId: string) {
  try {
    await createRun(deps, { tenantId }, spec, runId, scheduleId);
    return null;
  } catch (error) {
    if (!(error instanceof AppError) || errorCodes[error.code].status >= 500) throw error;
    return { code: error.code, message: error.message };
  }
}
