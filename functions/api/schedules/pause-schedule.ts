import type { Deps } from '../../../shared/ports.ts';
import { findNextOccurrence } from '../../../shared/records/find-occurrences.ts';
import type { ScheduleRecord } from '../../../shared/records/schedule.ts';

/**
 * Pauses or resumes a schedule. Runs that were due during the pause do not start. Returns null if the schedule does not
 * exist.
 */
export async function pauseSchedule(
  deps: Pick<Deps, 'schedules' | 'clock'>,
  tenantId: string,
  scheduleId: string,
  paused: boolean,
): Promise<ScheduleRecord | null> {
  const schedule = await deps.schedules.get(tenantId, scheduleId);
  if (schedule === null || schedule.paused === paused) return schedule;
  const nextAtMs = paused ? null : findNextOccurrence(schedule, deps.clock.nowMs());
  return deps.schedules.update(tenantId, scheduleId, {}, { paused, nextAtMs });
}
