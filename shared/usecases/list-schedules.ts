import type { ScheduleRecord } from '../domain/schedule.ts';
import type { Deps, Page, PageRequest } from '../ports.ts';
import type { Principal } from './authenticate.ts';

/** The tenant's schedules, newest first. */
export function listSchedules(
  deps: Pick<Deps, 'schedules'>,
  { tenantId }: Principal,
  page: PageRequest,
): Promise<Page<ScheduleRecord>> {
  return deps.schedules.list(tenantId, page);
}
