import type { Deps, Page, PageRequest } from '../../../shared/ports.ts';
import type { CredentialRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';

/** The tenant's lasting credentials, newest first. */
export function listCredentials(
  deps: Pick<Deps, 'credentials'>,
  principal: Principal,
  page: PageRequest,
): Promise<Page<CredentialRecord>> {
  return deps.credentials.list(principal.tenantId, page);
}
