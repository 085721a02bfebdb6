import type { CredentialRecord } from '../domain/records.ts';
import type { Deps, Page, PageRequest } from '../ports.ts';
import type { Principal } from './authenticate.ts';

/** The tenant's lasting credentials, newest first. */
export function listCredentials(
  deps: Pick<Deps, 'credentials'>,
  principal: Principal,
  page: PageRequest,
): Promise<Page<CredentialRecord>> {
  return deps.credentials.list(principal.tenantId, page);
}
