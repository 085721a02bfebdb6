import type { Deps, Page, PageRequest } from '../../../shared/ports.ts';
import type { DatasetRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';

/** The tenant's datasets, newest first. */
export function listDatasets(
  deps: Pick<Deps, 'datasets'>,
  principal: Principal,
  page: PageRequest,
): Promise<Page<DatasetRecord>> {
  return deps.datasets.list(principal.tenantId, page);
}
