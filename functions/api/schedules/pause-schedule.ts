import type { Deps } from '../../../shared/ports.ts';
import { nextOccurrence } from '../../../shared/records/occurrences.ts';
import type { ScheduleRecord } from '../../../shared/records/schedule.ts';

/**
 * Pauses a schedule, or lets it go on: from now, so that nothing which was due in between is made up. Null where there is
 * none.
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
