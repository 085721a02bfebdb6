import type { Deps } from '../../../shared/ports.ts';
import type { ScheduleRecord } from '../../../shared/records/schedule.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

/** @throws AppError NOT_FOUND */
export async function getSchedule(
  deps: Pick<Deps, 'schedules'>,
  { tenantId }: Principal,
  scheduleId: string,
): Promise<ScheduleRecord> {
  const schedule = await deps.schedules.get(tenantId, scheduleId);
  if (schedule === null) throw notFound('schedule', scheduleId);
  return schedule;
}
