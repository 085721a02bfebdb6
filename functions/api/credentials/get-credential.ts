import type { Deps } from '../../../shared/ports.ts';
import type { CredentialRecord } from '../../../shared/records/records.ts';
import type { Principal } from '../http/auth/authenticate.ts';
import { notFound } from '../http/not-found.ts';

/**
 * A lasting credential of the tenant; a run's own (ephemeral) one is not shown.
 * @throws AppError NOT_FOUND
 */
export async function getCredential(
  deps: Pick<Deps, 'credentials'>,
  principal: Principal,
  credentialId: string,
): Promise<CredentialRecord> {
  const record = await deps.credentials.get(principal.tenantId, credentialId);
  if (record === null || record.ephemeral) throw notFound('credential', credentialId);
  return record;
}
