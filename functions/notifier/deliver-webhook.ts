import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { Webhook } from 'standardwebhooks';
import type { DeliverMessage } from '../../shared/records/messages.ts';
import type { DeliveryAttempt, DeliveryRecord, WebhookEndpointRecord } from '../../shared/records/webhooks.ts';
import { firstAttemptGraceMs } from '../../shared/runs/enqueue-event.ts';
import { tokenmeterVersion } from '../../shared/version.ts';
import { processRecords, readMessageOfKind } from '../process-records.ts';
import { chooseRetryDelay } from './choose-retry-delay.ts';
import type { NotifierDeps } from './compose.ts';
import { admitAttempt, countTimeouts } from './pause-endpoint.ts';
import { HttpTimeoutError } from './safe-http.ts';

const timeoutMs = 20_000;
/** Duration in ms from which an attempt without a response counts as a timeout, because it held up the notifier. */
const longAttemptMs = 10_000;
/** Time in ms for which a delivery is reserved: longer than any attempt, so that duplicate messages do nothing. */
const claimMs = 2 * timeoutMs;
/** Number of attempts without a result, for example because the process died, that count as one failed attempt. */
const maxUnfinishedAttempts = 3;
/** Maximum delay of an SQS message, in ms. If an attempt is due later, the supervisor sends its message. */
const maxQueueDelayMs = 900_000;

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
  const { tenantId, deliveryId, webhookEndpointId, eventType, status, nextAttemptAtMs } = delivery;
  const claim = { status, nextAttemptAtMs: nowMs + claimMs, claimedUntilMs: nowMs + claimMs };
  const unfinished = delivery.unfinishedAttempts ?? 0;
  const counted = { ...claim, unfinishedAttempts: unfinished + 1 };
  const claimed = await deps.deliveries.update(tenantId, deliveryId, { status, nextAttemptAtMs }, counted);
  if (claimed === null) return;
  const dueAtMs = isFresh ? delivery.createdAtMs : (nextAttemptAtMs ?? nowMs);
  deps.telemetry.record('deliverLateMs', Math.max(0, nowMs - dueAtMs), { deliveryId });
  if (unfinished >= maxUnfinishedAttempts) return recordUnfinished(deps, claimed, nowMs);
  const endpoint = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
  if (endpoint === null || endpoint.disabled) {
    const error = endpoint === null ? 'The webhook endpoint was deleted' : 'The webhook endpoint is disabled';
    const attempt = { atMs: nowMs, durationMs: 0, httpStatus: null, error, responseBody: null };
    return recordAttempt(deps, claimed, attempt, null);
  }
  const isTest = eventType === 'webhook_endpoint.test';
  const unchecked = { waitUntilMs: null, probeUntilMs: null };
  const admission = isTest ? unchecked : await admitAttempt(deps, endpoint, nowMs, claimMs);
  if (admission.waitUntilMs !== null) {
    const later = { status, nextAttemptAtMs: admission.waitUntilMs, claimedUntilMs: null, unfinishedAttempts: 0 };
    await deps.deliveries.update(tenantId, deliveryId, claim, later);
    return;
  }
  const { isTimeout, retryAfter, ...attempt } = await sendDelivery(deps, delivery, endpoint);
  await countTimeouts(deps, delivery, isTimeout, admission.probeUntilMs);
  if (attempt.httpStatus === 410) await deps.webhookEndpoints.update(tenantId, webhookEndpointId, { disabled: true });
  const isLast = isTest || attempt.httpStatus === 410;
  const attempts = delivery.attempts.length + 1;
  const delayMs = isLast ? null : chooseRetryDelay(deps.ids, attempts, retryAfter, deps.clock.nowMs());
  await recordAttempt(deps, claimed, attempt, delayMs);
}

/** Counts attempts that never ended as one failed attempt, so that the retries of the delivery end like any others. */
async function recordUnfinished(deps: NotifierDeps, claimed: DeliveryRecord, atMs: number): Promise<void> {
  const error = 'The service could not complete the attempt because of an internal error';
  const attempt = { atMs, durationMs: 0, httpStatus: null, error, responseBody: null };
  const isTest = claimed.eventType === 'webhook_endpoint.test';
  const delayMs = isTest ? null : chooseRetryDelay(deps.ids, claimed.attempts.length + 1, null, atMs);
  await recordAttempt(deps, claimed, attempt, delayMs);
}

/** Result of a delivery attempt. `retryAfter` is the header `Retry-After` of the response, or null. */
type Sent = DeliveryAttempt & { isTimeout: boolean; retryAfter: string | null };

async function sendDelivery(
  deps: NotifierDeps,
  delivery: DeliveryRecord,
  endpoint: WebhookEndpointRecord,
): Promise<Sent> {
  const atMs = deps.clock.nowMs();
  const startMs = deps.clock.monotonicMs();
  const fail = (error: string, isTimeout = false) => {
    const durationMs = deps.clock.monotonicMs() - startMs;
    const isLong = isTimeout || durationMs >= longAttemptMs;
    return { atMs, durationMs, httpStatus: null, error, responseBody: null, isTimeout: isLong, retryAfter: null };
  };
  const headers = await signDelivery(deps, delivery, endpoint, atMs).catch((error: unknown) => {
    deps.logger.error('webhook signing failed', { deliveryId: delivery.deliveryId, error });
    return null;
  });
  if (headers === null) return fail('The signing secret of the endpoint could not be decrypted');
  try {
    const { body, ...reply } = await deps.http.post(
      endpoint.url,
      headers,
      delivery.payload,
      timeoutMs,
      endpoint.tenantId,
    );
    return { atMs, ...reply, error: null, responseBody: body.slice(0, 1_000), isTimeout: false };
  } catch (error) {
    return fail(error instanceof Error ? error.message : 'The request failed', error instanceof HttpTimeoutError);
  }
}

/**
 * Builds the Standard Webhooks headers of a delivery attempt. The signature covers the time of the attempt. After a
 * rotation, the previous secret also signs until it expires, so receivers can change their secret in the meantime.
 */
async function signDelivery(
  deps: NotifierDeps,
  { eventId, payload }: DeliveryRecord,
  endpoint: WebhookEndpointRecord,
  atMs: number,
) {
  const { tenantId, webhookEndpointId, sealedSecret, sealedPreviousSecret, previousSecretExpiresAtMs } = endpoint;
  const isPreviousValid = previousSecretExpiresAtMs !== null && previousSecretExpiresAtMs > atMs;
  const signatures: string[] = [];
  for (const sealed of [sealedSecret, isPreviousValid ? sealedPreviousSecret : null]) {
    if (sealed === null) continue;
    const secret = await deps.secrets.open(sealed, { tenantId, webhookEndpointId });
    signatures.push(new Webhook(secret).sign(eventId, new Date(atMs), payload));
  }
  return {
    'content-type': 'application/json',
    'user-agent': `Tokenmeter/${tokenmeterVersion}`,
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(atMs / 1_000)),
    'webhook-signature': signatures.join(' '),
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
  const change = { attempts, status, nextAttemptAtMs: next, claimedUntilMs: null, unfinishedAttempts: 0 } as const;
  const updated = await deps.deliveries.update(tenantId, deliveryId, expect, change);
  deps.logger.info('webhook attempt', { deliveryId, status, httpStatus, error });
  if (!isDelivered) deps.telemetry.record('webhookFailed', 1, { deliveryId, status });
  if (updated !== null && status === 'pending' && delayMs !== null && delayMs <= maxQueueDelayMs)
    await deps.queue.send({ kind: 'deliver', tenantId, deliveryId }, { delayMs });
}
