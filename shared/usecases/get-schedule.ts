import type { ScheduleRecord } from '../domain/schedule.ts';
import type { Deps } from '../ports.ts';
import type { Principal } from './authenticate.ts';
import { notFound } from './not-found.ts';

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
