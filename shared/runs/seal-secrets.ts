import type { Deps } from '../ports.ts';
import type { CredentialRecord } from '../records/records.ts';
import type { WebhookEndpointRecord } from '../records/webhooks.ts';
import type { WebhookSubscription } from '../spec/run-spec.ts';
import { readAwsCredential } from '../spec/target-key.ts';
import { readSecrets, type TargetSecrets, writeSecrets } from '../spec/target-secrets.ts';

/** Minimum length of a key whose last four characters are shown. They would reveal too much of a short key. */
const minLengthForLastFour = 16;

type NewCredential = { held: TargetSecrets } & Pick<
  CredentialRecord,
  'credentialId' | 'tenantId' | 'name' | 'origin' | 'expiresAtMs'
>;

/**
 * Encrypts secrets and builds the credential's record. A credential expires only if it was created for a single run. For
 * AWS credentials, `lastFour` is from the access key id, which is not secret.
 */
export async function sealCredential(
  { secrets, clock }: Pick<Deps, 'secrets' | 'clock'>,
  { held, origin, ...wanted }: NewCredential,
): Promise<CredentialRecord> {
  const { tenantId, credentialId, expiresAtMs } = wanted;
  const aws = held.apiKey === null ? null : readAwsCredential(held.apiKey);
  const shown = aws?.accessKeyId ?? held.apiKey ?? '';
  const { text, isBundle } = writeSecrets(held);
  return {
    ...wanted,
    sealed: await secrets.seal(text, { tenantId, credentialId }),
    lastFour: shown.length >= minLengthForLastFour ? shown.slice(-4) : null,
    ...(aws === null ? {} : { form: 'aws' as const }),
    ...(isBundle ? { isBundle } : {}),
    ...(origin === undefined ? {} : { origin }),
    ephemeral: expiresAtMs !== null,
    createdAtMs: clock.nowMs(),
  };
}

/** Decrypts the secrets of a credential. */
export async function openCredential(
  { secrets }: Pick<Deps, 'secrets'>,
  { sealed, tenantId, credentialId, isBundle = false }: CredentialRecord,
): Promise<TargetSecrets> {
  return readSecrets(await secrets.open(sealed, { tenantId, credentialId }), isBundle);
}

/** Number of random bytes in a signing secret. The Standard Webhooks specification requires 24 to 64. */
export const webhookSecretBytes = 32;

/** Formats random bytes as a signing secret of Standard Webhooks. */
export function formatWebhookSecret(bytes: Uint8Array): string {
  return `whsec_${Buffer.from(bytes).toString('base64')}`;
}

/** Builds the record of a webhook endpoint with a new, encrypted signing secret. */
export async function sealWebhookEndpoint(
  { secrets, clock, ids }: Pick<Deps, 'secrets' | 'clock' | 'ids'>,
  wanted: WebhookSubscription & Pick<WebhookEndpointRecord, 'webhookEndpointId' | 'tenantId' | 'runId'>,
): Promise<WebhookEndpointRecord> {
  const { webhookEndpointId, tenantId } = wanted;
  const secret = formatWebhookSecret(ids.randomBytes(webhookSecretBytes));
  return {
    ...wanted,
    events: [...new Set(wanted.events)],
    sealedSecret: await secrets.seal(secret, { tenantId, webhookEndpointId }),
    sealedPreviousSecret: null,
    previousSecretExpiresAtMs: null,
    disabled: false,
    timeoutsInRow: 0,
    firstTimeoutAtMs: null,
    pausedUntilMs: null,
    createdAtMs: clock.nowMs(),
  };
}
