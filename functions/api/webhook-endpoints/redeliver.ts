import { AppError } from '../../../shared/errors/app-error.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from '../../../shared/records/webhooks.ts';
import { requireFound } from '../http/answers.ts';
import type { Caller } from '../http/define-endpoint.ts';

/**
 * Sends a webhook event again as a new delivery with the same bytes. Receivers detect duplicates by the event id.
 * @throws AppError NOT_FOUND, or CONFLICT if the delivery is pending or its webhook endpoint is disabled
 */
export async function redeliver(
  { deps: { deliveries, queue, ids, clock }, tenantId }: Caller,
  { webhookEndpointId, disabled }: WebhookEndpointRecord,
  deliveryId: string,
): Promise<DeliveryRecord> {
  const found = await deliveries.get(tenantId, deliveryId);
  const isOwn = found?.webhookEndpointId === webhookEndpointId;
  const delivery = requireFound(isOwn ? found : null, 'delivery', deliveryId);
  if (disabled) throw new AppError('CONFLICT', 'The webhook endpoint is disabled. Enable it, then redeliver.');
  if (delivery.status === 'pending')
    throw new AppError('CONFLICT', 'The delivery is pending and is retried automatically');
  const nowMs = clock.nowMs();
  const again: DeliveryRecord = {
    ...delivery,
    deliveryId: ids.next('delivery'),
    status: 'pending',
    attempts: [],
    nextAttemptAtMs: nowMs,
    createdAtMs: nowMs,
  };
  await deliveries.create(again);
  await queue.send({ kind: 'deliver', tenantId, deliveryId: again.deliveryId });
  return again;
}
