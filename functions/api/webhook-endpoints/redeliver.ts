import { AppError } from '../../../shared/errors/app-error.ts';
import { formatInstant } from '../../../shared/records/format-instant.ts';
import { type DeliveryRecord, isPaused, type WebhookEndpointRecord } from '../../../shared/records/webhooks.ts';
import { writePayload } from '../../../shared/runs/enqueue-event.ts';
import { requireFound } from '../http/answers.ts';
import type { Caller } from '../http/define-endpoint.ts';

/**
 * Sends a webhook event again as a new delivery with the same bytes. Receivers detect duplicates by the event id. If
 * the delivery is pending, makes its next attempt at once instead.
 * @throws AppError NOT_FOUND, or CONFLICT if the webhook endpoint cannot receive the event now
 */
export async function redeliver(
  caller: Caller,
  endpoint: WebhookEndpointRecord,
  deliveryId: string,
): Promise<DeliveryRecord> {
  const { deps, tenantId } = caller;
  const found = await deps.deliveries.get(tenantId, deliveryId);
  const isOwn = found?.webhookEndpointId === endpoint.webhookEndpointId;
  const delivery = requireFound(isOwn ? found : null, 'delivery', deliveryId);
  checkEnabled(endpoint);
  if (delivery.status === 'pending') return retryNow(caller, endpoint, delivery);
  return sendNew(caller, { ...delivery, deliveryId: deps.ids.next('delivery') });
}

/** Sends the event `webhook_endpoint.test` to one endpoint, even if it is paused or subscribes to other events. */
export async function sendTestEvent(caller: Caller, endpoint: WebhookEndpointRecord): Promise<DeliveryRecord> {
  checkEnabled(endpoint);
  const { ids, clock } = caller.deps;
  const { tenantId, webhookEndpointId, url } = endpoint;
  const eventId = ids.next('event');
  const eventType = 'webhook_endpoint.test';
  const timestamp = formatInstant(clock.nowMs());
  const payload = writePayload({ id: eventId, type: eventType, timestamp, data: { webhookEndpointId, url } });
  const deliveryId = ids.next('delivery');
  return sendNew(caller, { deliveryId, tenantId, webhookEndpointId, runId: null, eventId, eventType, payload });
}

type NewDelivery = Omit<DeliveryRecord, 'status' | 'attempts' | 'nextAttemptAtMs' | 'claimedUntilMs' | 'createdAtMs'>;

async function sendNew({ deps: { deliveries, queue, clock } }: Caller, facts: NewDelivery): Promise<DeliveryRecord> {
  const nowMs = clock.nowMs();
  const state = { status: 'pending', attempts: [], nextAttemptAtMs: nowMs, claimedUntilMs: null } as const;
  const delivery: DeliveryRecord = { ...facts, ...state, attempts: [], createdAtMs: nowMs };
  const { tenantId, deliveryId } = delivery;
  await deliveries.create(delivery);
  await queue.send({ kind: 'deliver', tenantId, deliveryId });
  return delivery;
}

async function retryNow(
  { deps: { deliveries, queue, clock } }: Caller,
  endpoint: WebhookEndpointRecord,
  { tenantId, deliveryId, nextAttemptAtMs, claimedUntilMs }: DeliveryRecord,
): Promise<DeliveryRecord> {
  const nowMs = clock.nowMs();
  const path = '/v1/webhook-endpoints/{webhookEndpointId}';
  if (isPaused(endpoint, nowMs))
    throw new AppError('CONFLICT', `The webhook endpoint is paused. To end the pause, send {} to PATCH ${path}.`);
  const busy = () =>
    new AppError('CONFLICT', 'An attempt of the delivery is in progress. Wait for its result.', {
      retryAfterSeconds: 5,
    });
  if (claimedUntilMs !== null && claimedUntilMs > nowMs) throw busy();
  const expect = { status: 'pending', nextAttemptAtMs } as const;
  const now = { status: 'pending', nextAttemptAtMs: nowMs } as const;
  const updated = await deliveries.update(tenantId, deliveryId, expect, now);
  if (updated === null) throw busy();
  await queue.send({ kind: 'deliver', tenantId, deliveryId });
  return updated;
}

function checkEnabled({ disabled }: WebhookEndpointRecord): void {
  if (disabled) throw new AppError('CONFLICT', 'The webhook endpoint is disabled. Enable it, then send again.');
}
