import type { Deps } from '../../../shared/ports.ts';
import { nextOccurrence } from '../../../shared/records/occurrences.ts';
import type { ScheduleRecord } from '../../../shared/records/schedule.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';
import { getSchedule } from './get-schedule.ts';

/**
 * Pauses a schedule, or lets it go on: from now, so that nothing which was due in between is made up.
 * @throws AppError NOT_FOUND
 */
export async function pauseSchedule(
  deps: Pick<Deps, 'schedules' | 'clock'>,
  principal: Principal,
  scheduleId: string,
  paused: boolean,
): Promise<ScheduleRecord> {
  const schedule = await getSchedule(deps, principal, scheduleId);
  if (schedule.paused === paused) return schedule;
  const nextAtMs = paused ? null : nextOccurrence(schedule, deps.clock.nowMs());
  const changed = await deps.schedules.update(principal.tenantId, scheduleId, {}, { paused, nextAtMs });
  if (changed === null) throw notFound('schedule', scheduleId);
  return changed;
}
