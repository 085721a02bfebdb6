import { AppError } from '../../../shared/errors/app-error.ts';
import type { WebhookEndpointRecord } from '../../../shared/records/webhooks.ts';
import { formatWebhookSecret } from '../../../shared/runs/seal-secrets.ts';
import type { Caller } from '../http/define-endpoint.ts';

/**
 * Replaces the signing secret of a webhook endpoint. For `overlapMs`, deliveries have the signatures of both secrets. A
 * retry with the same random bytes changes nothing.
 * @returns the new secret and the updated endpoint
 * @throws AppError CONFLICT if another request rotated the secret at the same time
 */
export async function rotateSecret(
  { deps: { secrets, webhookEndpoints, clock } }: Caller,
  endpoint: WebhookEndpointRecord,
  bytes: Uint8Array,
  overlapMs: number,
): Promise<{ secret: string; endpoint: WebhookEndpointRecord }> {
  const { tenantId, webhookEndpointId, sealedSecret } = endpoint;
  const context = { tenantId, webhookEndpointId };
  const secret = formatWebhookSecret(bytes);
  if ((await secrets.open(sealedSecret, context)) === secret) return { secret, endpoint };
  const previous =
    overlapMs === 0
      ? { sealedPreviousSecret: null, previousSecretExpiresAtMs: null }
      : { sealedPreviousSecret: sealedSecret, previousSecretExpiresAtMs: clock.nowMs() + overlapMs };
  const change = { sealedSecret: await secrets.seal(secret, context), ...previous };
  const updated = await webhookEndpoints.update(tenantId, webhookEndpointId, change, { sealedSecret });
  if (updated !== null) return { secret, endpoint: updated };
  throw new AppError('CONFLICT', 'Another request changed the secret or deleted the endpoint. Read it again.');
}
