import { AppError } from '../../../shared/errors/app-error.ts';
import type { Deps } from '../../../shared/ports.ts';
import type { DeliveryRecord } from '../../../shared/records/webhooks.ts';
import { requireFound } from '../http/require-found.ts';

/**
 * Sends an event again as a new delivery with the same event id and bytes. Receivers detect repetitions by the event id.
 * @throws AppError NOT_FOUND, or CONFLICT if the delivery is pending or its endpoint is disabled
 */
export async function redeliver(
  deps: Pick<Deps, 'webhookEndpoints' | 'deliveries' | 'queue' | 'ids' | 'clock'>,
  tenantId: string,
  webhookEndpointId: string,
  deliveryId: string,
): Promise<DeliveryRecord> {
  const foundEndpoint = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
  const endpoint = requireFound(foundEndpoint, 'webhook endpoint', webhookEndpointId);
  const found = await deps.deliveries.get(tenantId, deliveryId);
  const isOwn = found?.webhookEndpointId === webhookEndpointId;
  const delivery = requireFound(isOwn ? found : null, 'delivery', deliveryId);
  if (endpoint.disabled) throw new AppError('CONFLICT', 'The webhook endpoint is disabled. Enable it, then redeliver.');
  if (delivery.status === 'pending')
    throw new AppError('CONFLICT', 'The delivery is pending and is retried automatically');
  const nowMs = deps.clock.nowMs();
  const again: DeliveryRecord = {
    ...delivery,
    deliveryId: deps.ids.next('delivery'),
    status: 'pending',
    attempts: [],
    nextAttemptAtMs: nowMs,
    createdAtMs: nowMs,
  };
  await deps.deliveries.create(again);
  await deps.queue.send({ kind: 'deliver', tenantId, deliveryId: again.deliveryId });
  return again;
}
