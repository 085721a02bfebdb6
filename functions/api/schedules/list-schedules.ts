import type { Deps, Page, PageRequest } from '../../../shared/ports.ts';
import type { ScheduleRecord } from '../../../shared/records/schedule.ts';
import type { Principal } from '../http/auth/authenticate.ts';

/** The tenant's schedules, newest first. */
export function listSchedules(
  deps: Pick<Deps, 'schedules'>,
  { tenantId }: Principal,
  page: PageRequest,
): Promise<Page<ScheduleRecord>> {
  return deps.schedules.list(tenantId, page);
}
