import { type DeliveryRecord, isPaused, pauseMs, type WebhookEndpointRecord } from '../../shared/records/webhooks.ts';
import { enqueuePauseEvent, sendDeliveries } from '../../shared/runs/enqueue-event.ts';
import { releaseDeliveries } from '../../shared/runs/release-deliveries.ts';
import type { NotifierDeps } from './compose.ts';

/** Number of timeouts in a row after which a webhook endpoint is paused. */
const timeoutsBeforePause = 3;

/** Whether a delivery may be tried now. A probe is the only attempt after a pause, until it has a result. */
export type Admission = { waitUntilMs: number } | { waitUntilMs: null; probeUntilMs: number | null };

/**
 * Decides whether a delivery may be tried. After a pause, one delivery probes the endpoint, and the others wait, so
 * that an endpoint that still hangs holds up one attempt and not all of them.
 * @param maxAttemptMs maximum duration of an attempt in ms
 */
export async function admitAttempt(
  deps: Pick<NotifierDeps, 'webhookEndpoints'>,
  endpoint: WebhookEndpointRecord,
  nowMs: number,
  maxAttemptMs: number,
): Promise<Admission> {
  const { tenantId, webhookEndpointId, pausedUntilMs, timeoutsInRow } = endpoint;
  if (isPaused(endpoint, nowMs)) return { waitUntilMs: pausedUntilMs ?? nowMs };
  if (timeoutsInRow < timeoutsBeforePause) return { waitUntilMs: null, probeUntilMs: null };
  const probeUntilMs = nowMs + maxAttemptMs;
  const change = { pausedUntilMs: probeUntilMs };
  const updated = await deps.webhookEndpoints.update(tenantId, webhookEndpointId, change, { pausedUntilMs });
  return updated === null ? { waitUntilMs: probeUntilMs } : { waitUntilMs: null, probeUntilMs };
}

/**
 * Counts an endpoint's timeouts in a row, and pauses the endpoint after the third. Each timeout occupies the notifier
 * for its full length, so an endpoint that hangs would use up the tenant's share. After the pause, one delivery is
 * tried; if it also times out, the endpoint is paused again. The tenant's other endpoints receive one event for each
 * pause. A test event never pauses the endpoint, but its response ends the pause, and the waiting deliveries are sent.
 * @param probeUntilMs end of the short pause during which this delivery probed the endpoint, or null
 */
export async function countTimeouts(
  deps: NotifierDeps,
  delivery: DeliveryRecord,
  isTimeout: boolean,
  probeUntilMs: number | null = null,
): Promise<void> {
  if (isTimeout && delivery.runId === null) return;
  for (;;) {
    const endpoint = await deps.webhookEndpoints.get(delivery.tenantId, delivery.webhookEndpointId);
    if (endpoint === null) return;
    const isCounted = isTimeout
      ? await countTimeout(deps, endpoint, delivery.runId ?? '', probeUntilMs)
      : await endCount(deps, endpoint);
    if (isCounted) return;
  }
}

/** Counts a timeout. Returns false if another call changed the endpoint at the same time. */
async function countTimeout(
  deps: NotifierDeps,
  endpoint: WebhookEndpointRecord,
  runId: string,
  probeUntilMs: number | null,
): Promise<boolean> {
  const { tenantId, webhookEndpointId, pausedUntilMs: before } = endpoint;
  const nowMs = deps.clock.nowMs();
  // Deliveries that were sent before a pause may time out during it. They count no more.
  if (isPaused(endpoint, nowMs) && before !== probeUntilMs) return true;
  const timeoutsInRow = endpoint.timeoutsInRow + 1;
  const firstTimeoutAtMs = timeoutsInRow === 1 ? nowMs : endpoint.firstTimeoutAtMs;
  const isFinal = timeoutsInRow >= timeoutsBeforePause;
  const pausedUntilMs = isFinal ? nowMs + pauseMs : null;
  const counted = { ...endpoint, timeoutsInRow, firstTimeoutAtMs, pausedUntilMs };
  // The event is stored first, so that a crash cannot lose it. Concurrent calls store the same event.
  const events = pausedUntilMs === null ? [] : await enqueuePauseEvent(deps, { ...counted, pausedUntilMs }, runId);
  const expect = { timeoutsInRow: endpoint.timeoutsInRow, pausedUntilMs: before };
  const change = { timeoutsInRow, firstTimeoutAtMs, pausedUntilMs };
  if ((await deps.webhookEndpoints.update(tenantId, webhookEndpointId, change, expect)) === null) return false;
  if (isFinal) deps.logger.warn('webhook endpoint paused', { webhookEndpointId, timeoutsInRow, pausedUntilMs });
  await sendDeliveries(deps, events);
  return true;
}

/** Ends the count and the pause after a response. Returns false if another call changed the endpoint. */
async function endCount(deps: NotifierDeps, endpoint: WebhookEndpointRecord): Promise<boolean> {
  const { tenantId, webhookEndpointId, timeoutsInRow, pausedUntilMs } = endpoint;
  if (timeoutsInRow === 0 && pausedUntilMs === null) return true;
  const change = { timeoutsInRow: 0, pausedUntilMs: null };
  const expect = { timeoutsInRow, pausedUntilMs };
  if ((await deps.webhookEndpoints.update(tenantId, webhookEndpointId, change, expect)) === null) return false;
  await releaseDeliveries(deps, endpoint);
  return true;
}
