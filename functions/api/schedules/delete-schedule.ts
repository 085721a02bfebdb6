import type { Deps } from '../../../shared/ports.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

/**
 * Deletes a schedule. Its runs stay, and one that is active goes on.
 * @throws AppError NOT_FOUND
 */
export async function deleteSchedule(
  deps: Pick<Deps, 'schedules'>,
  { tenantId }: Principal,
  scheduleId: string,
): Promise<void> {
  if (!(await deps.schedules.remove(tenantId, scheduleId))) throw notFound('schedule', scheduleId);
}
