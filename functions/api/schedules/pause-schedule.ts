import type { Deps } from '../../../shared/ports.ts';
import { nextOccurrence } from '../../../shared/records/occurrences.ts';
import type { ScheduleRecord } from '../../../shared/records/schedule.ts';

/**
 * Pauses or resumes a schedule. It resumes from now: runs that were due meanwhile are not made up. Null if there is no
 * such schedule.
 */
export async function pauseSchedule(
  deps: Pick<Deps, 'schedules' | 'clock'>,
  tenantId: string,
  scheduleId: string,
  paused: boolean,
): Promise<ScheduleRecord | null> {
  const schedule = await deps.schedules.get(tenantId, scheduleId);
  if (schedule === null || schedule.paused === paused) return schedule;
  const nextAtMs = paused ? null : nextOccurrence(schedule, deps.clock.nowMs());
  return deps.schedules.update(tenantId, scheduleId, {}, { paused, nextAtMs });
}
