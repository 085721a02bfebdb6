import type { Deps, Page, PageRequest } from '../../../shared/ports.ts';
import type { RunRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';

/** The tenant's runs, or those of one of its schedules, newest first. */
export function listRuns(
  deps: Pick<Deps, 'runs'>,
  { tenantId }: Principal,
  page: PageRequest,
  scheduleId: string | null = null,
): Promise<Page<RunRecord>> {
  return scheduleId === null ? deps.runs.list(tenantId, page) : deps.runs.listBySchedule(tenantId, scheduleId, page);
}
