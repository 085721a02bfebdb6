import { Webhook } from 'standardwebhooks';
import type { DeliverMessage } from '../../shared/records/messages.ts';
import type { DeliveryAttempt, DeliveryRecord, WebhookEndpointRecord } from '../../shared/records/webhooks.ts';
import { firstAttemptGraceMs } from '../../shared/runs/enqueue-event.ts';
import type { NotifierDeps } from './compose.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits between the attempts, as the Standard Webhooks specification recommends (1.0.0, "Retry schedule"). */
export const retryDelaysMs = [
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const;

const timeoutMs = 20 * second;
/** Longer than an attempt can take: a second message for the same attempt finds it not yet due. */
const claimMs = 2 * timeoutMs;
/** The longest delay of an SQS message; later attempts are the supervisor's. */
const maxQueueDelayMs = 15 * minute;

/** Makes the attempt of a delivery that is due: signs, sends, records, and schedules the next one where it failed. */
export async function deliverWebhook(deps: NotifierDeps, message: DeliverMessage): Promise<void> {
  const delivery = await deps.deliveries.get(message.tenantId, message.deliveryId);
  if (delivery === null || delivery.status !== 'pending') return;
  // An attempt that nobody has claimed yet is made when its message comes, a later one not before its time, so that
  // however many messages come, each attempt is made once.
  const nowMs = deps.clock.nowMs();
  const fresh =
    delivery.attempts.length === 0 && delivery.nextAttemptAtMs === delivery.createdAtMs + firstAttemptGraceMs;
  if (!fresh && (delivery.nextAttemptAtMs ?? 0) > nowMs) return;
  const { status, nextAttemptAtMs } = delivery;
  const claimed = await deps.deliveries.update(
    delivery.tenantId,
    delivery.deliveryId,
    { status, nextAttemptAtMs },
    { nextAttemptAtMs: nowMs + claimMs },
  );
  if (claimed === null) return;
  const endpoint = await deps.webhookEndpoints.get(delivery.tenantId, delivery.webhookEndpointId);
  if (endpoint === null || endpoint.disabled) {
    const error = endpoint === null ? 'The webhook endpoint was deleted' : 'The webhook endpoint is disabled';
    await recordAttempt(
      deps,
      claimed,
      { atMs: nowMs, durationMs: 0, httpStatus: null, error, responseBody: null },
      null,
    );
    return;
  }
  const attempt = await sendDelivery(deps, delivery, endpoint);
  if (attempt.httpStatus === 410)
    await deps.webhookEndpoints.update(delivery.tenantId, endpoint.webhookEndpointId, { disabled: true });
  const delayMs = attempt.httpStatus === 410 ? undefined : retryDelaysMs[delivery.attempts.length];
  await recordAttempt(deps, claimed, attempt, delayMs ?? null);
}

async function sendDelivery(
  deps: NotifierDeps,
  delivery: DeliveryRecord,
  endpoint: WebhookEndpointRecord,
): Promise<DeliveryAttempt> {
  const atMs = deps.clock.nowMs();
  const startMs = deps.clock.monotonicMs();
  const failed = (error: string): DeliveryAttempt => {
    const durationMs = deps.clock.monotonicMs() - startMs;
    return { atMs, durationMs, httpStatus: null, error, responseBody: null };
  };
  const headers = await signDelivery(deps, delivery, endpoint, atMs).catch((error: unknown) => {
    deps.logger.error('a webhook could not be signed', { deliveryId: delivery.deliveryId, error });
    return null;
  });
  if (headers === null) return failed('The signing secret of the endpoint could not be opened');
  try {
    const reply = await deps.http.post(endpoint.url, headers, delivery.payload, timeoutMs);
    const { httpStatus, durationMs, body } = reply;
    return { atMs, durationMs, httpStatus, error: null, responseBody: body.slice(0, 1_000) };
  } catch (error) {
    return failed(error instanceof Error ? error.message : 'The request failed');
  }
}

/** The headers of Standard Webhooks for an attempt at this instant. */
async function signDelivery(
  deps: NotifierDeps,
  { eventId, payload }: DeliveryRecord,
  endpoint: WebhookEndpointRecord,
  atMs: number,
) {
  const { tenantId, webhookEndpointId, sealedSecret } = endpoint;
  const secret = await deps.secrets.open(sealedSecret, { tenantId, webhookEndpointId });
  return {
    'content-type': 'application/json',
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(atMs / second)),
    'webhook-signature': new Webhook(secret).sign(eventId, new Date(atMs), payload),
  };
}

/** Stores the attempt; `delayMs` null: there is no next one. */
async function recordAttempt(
  deps: NotifierDeps,
  delivery: DeliveryRecord,
  attempt: DeliveryAttempt,
  delayMs: number | null,
): Promise<void> {
  const attempts = [...delivery.attempts, attempt];
  const { tenantId, deliveryId, nextAttemptAtMs } = delivery;
  const delivered = attempt.httpStatus !== null && attempt.httpStatus >= 200 && attempt.httpStatus < 300;
  const next =
    delivered || delayMs === null
      ? { status: delivered ? ('delivered' as const) : ('failed' as const), nextAttemptAtMs: null }
      : { status: 'pending' as const, nextAttemptAtMs: deps.clock.nowMs() + delayMs };
  const updated = await deps.deliveries.update(
    tenantId,
    deliveryId,
    { status: 'pending', nextAttemptAtMs },
    { attempts, ...next },
  );
  deps.logger.info('webhook attempt', {
    deliveryId,
    status: next.status,
    httpStatus: attempt.httpStatus,
    error: attempt.error,
  });
  if (!delivered) deps.telemetry.record('webhookFailed', 1, { deliveryId, status: next.status });
  if (updated !== null && next.status === 'pending' && delayMs !== null && delayMs <= maxQueueDelayMs) {
    await deps.queue.send({ kind: 'deliver', tenantId, deliveryId }, { delayMs });
  }
}
