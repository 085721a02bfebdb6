import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import type { DeliverMessage } from '../../shared/records/messages.ts';
import type { DeliveryAttempt, DeliveryRecord, WebhookEndpointRecord } from '../../shared/records/webhooks.ts';
import { firstAttemptGraceMs } from '../../shared/runs/enqueue-event.ts';
import { processRecords, readMessageOfKind } from '../process-records.ts';
import type { NotifierDeps } from './compose.ts';
import { countTimeouts } from './pause-endpoint.ts';
import { HttpTimeoutError } from './safe-http.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Delays in ms between delivery attempts, as in the Standard Webhooks specification (1.0.0, "Retry schedule"). */
const retryDelaysMs = [5 * second, 5 * minute, 30 * minute, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour)];

const timeoutMs = 20 * second;
/** Time in ms for which a delivery is reserved: longer than any attempt, so that duplicate messages do nothing. */
const claimMs = 2 * timeoutMs;
/** Maximum delay of an SQS message, in ms. If an attempt is due later, the supervisor sends its message. */
const maxQueueDelayMs = 15 * minute;

/** Creates the Lambda handler for `deliver` messages. */
export function createNotifier(deps: NotifierDeps): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return (event) =>
    processRecords(event.Records, deps, (record) => deliverWebhook(deps, readMessageOfKind('deliver', record.body)));
}

/** Makes a due delivery attempt: signs, sends, and stores it. If the attempt failed, schedules the next attempt. */
export async function deliverWebhook(deps: NotifierDeps, message: DeliverMessage): Promise<void> {
  const delivery = await deps.deliveries.get(message.tenantId, message.deliveryId);
  if (delivery === null || delivery.status !== 'pending') return;
  // The first attempt starts when its message arrives. Others start only when due, so duplicate messages do nothing.
  const nowMs = deps.clock.nowMs();
  const isFresh =
    delivery.attempts.length === 0 && delivery.nextAttemptAtMs === delivery.createdAtMs + firstAttemptGraceMs;
  if (!isFresh && (delivery.nextAttemptAtMs ?? 0) > nowMs) return;
  const { tenantId, deliveryId, webhookEndpointId, status, nextAttemptAtMs } = delivery;
  const claim = { status, nextAttemptAtMs: nowMs + claimMs };
  const claimed = await deps.deliveries.update(tenantId, deliveryId, { status, nextAttemptAtMs }, claim);
  if (claimed === null) return;
  const endpoint = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
  if (endpoint === null || endpoint.disabled) {
    const error = endpoint === null ? 'The webhook endpoint was deleted' : 'The webhook endpoint is disabled';
    const attempt = { atMs: nowMs, durationMs: 0, httpStatus: null, error, responseBody: null };
    return recordAttempt(deps, claimed, attempt, null);
  }
  if (endpoint.pausedUntilMs !== null && endpoint.pausedUntilMs > nowMs) {
    const later = { status, nextAttemptAtMs: endpoint.pausedUntilMs };
    await deps.deliveries.update(tenantId, deliveryId, claim, later);
    return;
  }
  const { isTimeout, ...attempt } = await sendDelivery(deps, delivery, endpoint);
  await countTimeouts(deps, delivery, isTimeout);
  if (attempt.httpStatus === 410) await deps.webhookEndpoints.update(tenantId, webhookEndpointId, { disabled: true });
  const delayMs = attempt.httpStatus === 410 ? undefined : retryDelaysMs[delivery.attempts.length];
  await recordAttempt(deps, claimed, attempt, delayMs ?? null);
}

async function sendDelivery(
  deps: NotifierDeps,
  delivery: DeliveryRecord,
  endpoint: WebhookEndpointRecord,
): Promise<DeliveryAttempt & { isTimeout: boolean }> {
  const atMs = deps.clock.nowMs();
  const startMs = deps.clock.monotonicMs();
  const fail = (error: string, isTimeout = false) => {
    const durationMs = deps.clock.monotonicMs() - startMs;
    return { atMs, durationMs, httpStatus: null, error, responseBody: null, isTimeout };
  };
  const headers = await signDelivery(deps, delivery, endpoint, atMs).catch((error: unknown) => {
    deps.logger.error('webhook signing failed', { deliveryId: delivery.deliveryId, error });
    return null;
  });
  if (headers === null) return fail('The signing secret of the endpoint could not be decrypted');
  try {
    const { httpStatus, durationMs, body } = await deps.http.post(endpoint.url, headers, delivery.payload, timeoutMs);
    return { atMs, durationMs, httpStatus, error: null, responseBody: body.slice(0, 1_000), isTimeout: false };
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'The request failed', error instanceof HttpTimeoutError);
  }
}

/** Builds the Standard Webhooks headers of a delivery attempt. The signature covers the time of the attempt. */
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

/** Stores the result of a delivery attempt. If `delayMs` is null, there is no further attempt. */
async function recordAttempt(
  deps: NotifierDeps,
  delivery: DeliveryRecord,
  attempt: DeliveryAttempt,
  delayMs: number | null,
): Promise<void> {
  const attempts = [...delivery.attempts, attempt];
  const { tenantId, deliveryId, nextAttemptAtMs } = delivery;
  const { httpStatus, error } = attempt;
  const isDelivered = httpStatus !== null && httpStatus >= 200 && httpStatus < 300;
  const status = isDelivered ? 'delivered' : delayMs === null ? 'failed' : 'pending';
  const next = status === 'pending' && delayMs !== null ? deps.clock.nowMs() + delayMs : null;
  const expect = { status: 'pending', nextAttemptAtMs } as const;
  const change = { attempts, status, nextAttemptAtMs: next } as const;
  const updated = await deps.deliveries.update(tenantId, deliveryId, expect, change);
  deps.logger.info('webhook attempt', { deliveryId, status, httpStatus, error });
  if (!isDelivered) deps.telemetry.record('webhookFailed', 1, { deliveryId, status });
  if (updated !== null && status === 'pending' && delayMs !== null && delayMs <= maxQueueDelayMs)
    await deps.queue.send({ kind: 'deliver', tenantId, deliveryId }, { delayMs });
}
