import type { Deps } from '../ports.ts';
import type { CredentialRecord } from '../records/records.ts';
import { readAwsCredential } from '../spec/target-key.ts';

/** Minimum key length to show the last four characters, which would reveal too much of a shorter key. */
const minLengthForLastFour = 16;

/**
 * Builds the record of a credential and seals its key for the tenant and the id. A credential that expires belongs to a
 * run. The last four characters of AWS credentials are those of the access key id, which is not secret.
 */
export async function sealCredential(
  deps: Pick<Deps, 'secrets' | 'clock'>,
  wanted: {
    credentialId: string;
    tenantId: string;
    name: string;
    apiKey: string;
    origin?: string | undefined;
    expiresAtMs: number | null;
  },
): Promise<CredentialRecord> {
  const { credentialId, tenantId, name, apiKey, origin, expiresAtMs } = wanted;
  const aws = readAwsCredential(apiKey);
  const shown = aws?.accessKeyId ?? apiKey;
  return {
    credentialId,
    tenantId,
    name,
    sealed: await deps.secrets.seal(apiKey, { tenantId, credentialId }),
    lastFour: shown.length >= minLengthForLastFour ? shown.slice(-4) : null,
    ...(aws === null ? {} : { form: 'aws' as const }),
    ...(origin === undefined ? {} : { origin }),
    ephemeral: expiresAtMs !== null,
    createdAtMs: deps.clock.nowMs(),
    expiresAtMs,
  };
}
