import type { RunRecord } from '../domain/records.ts';
import type { Deps, Page, PageRequest } from '../ports.ts';
import type { Principal } from './authenticate.ts';

/** The tenant's runs, newest first. */
export function listRuns(deps: Pick<Deps, 'runs'>, principal: Principal, page: PageRequest): Promise<Page<RunRecord>> {
  return deps.runs.list(principal.tenantId, page);
}
