import type { DeliveryRecord } from '../../shared/records/webhooks.ts';
import { enqueuePauseEvent, sendDeliveries } from '../../shared/runs/enqueue-event.ts';
import type { NotifierDeps } from './compose.ts';

/** Number of timeouts in a row after which a webhook endpoint is paused, and the length of the pause in ms. */
const timeoutsBeforePause = 3;
export const pauseMs = 3_600_000;

/**
 * Counts an endpoint's timeouts in a row, and pauses the endpoint after the third. Each timeout occupies the notifier
 * for its full length, so an endpoint that hangs would use up the tenant's share. After the pause, the next delivery
 * is tried; if it also times out, the endpoint is paused again. The tenant's other endpoints receive an event. A test
 * event never pauses the endpoint, but its response ends the pause.
 */
export async function countTimeouts(
  deps: NotifierDeps,
  { tenantId, webhookEndpointId, runId }: DeliveryRecord,
  isTimeout: boolean,
): Promise<void> {
  if (isTimeout && runId === null) return;
  const endpoint = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
  if (endpoint === null || (!isTimeout && endpoint.timeoutsInRow === 0)) return;
  const timeoutsInRow = isTimeout ? endpoint.timeoutsInRow + 1 : 0;
  const nowMs = deps.clock.nowMs();
  const pausedUntilMs = timeoutsInRow >= timeoutsBeforePause ? nowMs + pauseMs : null;
  const updated = await deps.webhookEndpoints.update(tenantId, webhookEndpointId, { timeoutsInRow, pausedUntilMs });
  // Deliveries that were sent before the pause may time out during it. They cause no further event.
  const isPaused = endpoint.pausedUntilMs !== null && endpoint.pausedUntilMs > nowMs;
  if (updated === null || pausedUntilMs === null || isPaused || runId === null) return;
  deps.logger.warn('webhook endpoint paused', { webhookEndpointId, timeoutsInRow, pausedUntilMs });
  await sendDeliveries(deps, await enqueuePauseEvent(deps, { ...updated, pausedUntilMs }, runId));
}
