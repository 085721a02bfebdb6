import type { Deps } from '../ports.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from '../records/webhooks.ts';
import { sendDeliveries } from './enqueue-event.ts';
import { forEachConcurrently } from './for-each-concurrently.ts';

/** Maximum number of deliveries that are sent when a pause ends early. The others are sent when it would have ended. */
const maxReleased = 1_000;
const width = 16;

/**
 * Sends the deliveries that waited for the end of an endpoint's pause.
 * @param paused the endpoint as it was before the pause was ended
 */
export async function releaseDeliveries(
  deps: Pick<Deps, 'deliveries' | 'queue' | 'clock'>,
  { tenantId, webhookEndpointId, pausedUntilMs }: WebhookEndpointRecord,
): Promise<void> {
  if (pausedUntilMs === null) return;
  const isWaiting = ({ claimedUntilMs, ...delivery }: DeliveryRecord) =>
    delivery.tenantId === tenantId && delivery.webhookEndpointId === webhookEndpointId && claimedUntilMs === null;
  const waiting = (await deps.deliveries.listWaiting(pausedUntilMs, maxReleased)).filter(isWaiting);
  const nowMs = deps.clock.nowMs();
  await forEachConcurrently(waiting, width, async (delivery) => {
    const expect = { status: 'pending', nextAttemptAtMs: pausedUntilMs, claimedUntilMs: null } as const;
    const due = { status: 'pending', nextAttemptAtMs: nowMs } as const;
    const updated = await deps.deliveries.update(tenantId, delivery.deliveryId, expect, due);
    if (updated !== null) await sendDeliveries(deps, [updated]);
  });
}
