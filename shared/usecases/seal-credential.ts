import type { CredentialRecord } from '../domain/records.ts';
import type { Deps } from '../ports.ts';

/** Shorter keys show no last characters: four would be too large a part of them. */
const minLengthForLastFour = 16;

/** A credential's record with its key sealed under the tenant and the id. One that expires is a run's own. */
export async function sealCredential(
  deps: Pick<Deps, 'secrets' | 'clock'>,
  wanted: { credentialId: string; tenantId: string; name: string; apiKey: string; expiresAtMs: number | null },
): Promise<CredentialRecord> {
  const { credentialId, tenantId, name, apiKey, expiresAtMs } = wanted;
  return {
    credentialId,
    tenantId,
    name,
    sealed: await deps.secrets.seal(apiKey, { tenantId, credentialId }),
    lastFour: apiKey.length >= minLengthForLastFour ? apiKey.slice(-4) : null,
    ephemeral: expiresAtMs !== null,
    createdAtMs: deps.clock.nowMs(),
    expiresAtMs,
  };
}
