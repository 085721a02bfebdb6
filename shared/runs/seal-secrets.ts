import type { Deps } from '../ports.ts';
import type { CredentialRecord } from '../records/records.ts';
import type { WebhookEndpointRecord } from '../records/webhooks.ts';
import type { WebhookSubscription } from '../spec/run-spec.ts';
import { readAwsCredential } from '../spec/target.ts';

/** Minimum length of a key whose last four characters are shown. They would reveal too much of a short key. */
const minLengthForLastFour = 16;

type NewCredential = { apiKey: string } & Pick<
  CredentialRecord,
  'credentialId' | 'tenantId' | 'name' | 'origin' | 'expiresAtMs'
>;

/**
 * Encrypts a key and builds the credential's record. A credential expires only if it was created for a single run. For
 * AWS credentials, `lastFour` is from the access key id, which is not secret.
 */
export async function sealCredential(
  { secrets, clock }: Pick<Deps, 'secrets' | 'clock'>,
  { apiKey, origin, ...wanted }: NewCredential,
): Promise<CredentialRecord> {
  const { tenantId, credentialId, expiresAtMs } = wanted;
  const aws = readAwsCredential(apiKey);
  const shown = aws?.accessKeyId ?? apiKey;
  return {
    ...wanted,
    sealed: await secrets.seal(apiKey, { tenantId, credentialId }),
    lastFour: shown.length >= minLengthForLastFour ? shown.slice(-4) : null,
    ...(aws === null ? {} : { form: 'aws' as const }),
    ...(origin === undefined ? {} : { origin }),
    ephemeral: expiresAtMs !== null,
    createdAtMs: clock.nowMs(),
  };
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
    pausedUntilMs: null,
    createdAtMs: clock.nowMs(),
  };
}
