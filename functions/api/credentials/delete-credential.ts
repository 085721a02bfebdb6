import type { Deps } from '../../../shared/ports.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';
import { getCredential } from './get-credential.ts';

/**
 * Forgets a credential at once. Batches of active runs that have yet to open it end with `credential_missing`.
 * @throws AppError NOT_FOUND
 */
export async function deleteCredential(
  deps: Pick<Deps, 'credentials'>,
  principal: Principal,
  credentialId: string,
): Promise<void> {
  await getCredential(deps, principal, credentialId);
  if (!(await deps.credentials.remove(principal.tenantId, credentialId))) throw notFound('credential', credentialId);
}
