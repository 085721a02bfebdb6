import type { Deps } from '../../../shared/ports.ts';
import type { CredentialRecord } from '../../../shared/records/records.ts';
import { sealCredential } from '../../../shared/runs/seal-credential.ts';
import type { Principal } from '../http/auth/authenticate.ts';

/** Stores a target's key, sealed; nothing gives it back. Doing it again with the same id replaces it by the same. */
export async function createCredential(
  deps: Pick<Deps, 'credentials' | 'secrets' | 'clock'>,
  principal: Principal,
  wanted: { name: string; apiKey: string; origin?: string | undefined },
  credentialId: string,
): Promise<CredentialRecord> {
  const credential = await sealCredential(deps, {
    credentialId,
    tenantId: principal.tenantId,
    name: wanted.name,
    apiKey: wanted.apiKey,
    origin: wanted.origin,
    expiresAtMs: null,
  });
  await deps.credentials.put(credential);
  return credential;
}
