import type { Deps, Page, PageRequest } from '../../../shared/ports.ts';
import type { ApiKeyRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';

/** The tenant's keys, newest first. */
export function listApiKeys(
  deps: Pick<Deps, 'apiKeys'>,
  principal: Principal,
  page: PageRequest,
): Promise<Page<ApiKeyRecord>> {
  return deps.apiKeys.list(principal.tenantId, page);
}
