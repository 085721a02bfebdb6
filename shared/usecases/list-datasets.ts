import type { DatasetRecord } from '../domain/records.ts';
import type { Deps, Page, PageRequest } from '../ports.ts';
import type { Principal } from './authenticate.ts';

/** The tenant's datasets, newest first. */
export function listDatasets(
  deps: Pick<Deps, 'datasets'>,
  principal: Principal,
  page: PageRequest,
): Promise<Page<DatasetRecord>> {
  return deps.datasets.list(principal.tenantId, page);
}
