import { deriveId } from '../ids/derive-id.ts';
import type { Deps } from '../ports.ts';
import { formatInstantOrNull } from '../records/format-instant.ts';
import type { RunRecord } from '../records/records.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from '../records/webhooks.ts';
import type { WebhookEventType } from '../spec/webhook-event.ts';

/** Time after which the supervisor sends a new delivery whose message was lost. */
export const firstAttemptGraceMs = 15_000;

type EventDeps = Pick<Deps, 'webhookEndpoints' | 'deliveries' | 'clock' | 'config'>;

/**
 * Stores one delivery per subscribed webhook endpoint. Ids follow from run, event and endpoint, so a retry adds nothing.
 * The caller sends the `deliver` messages after it stores the new state; if it crashes, the supervisor sends them.
 */
export async function enqueueEvent(
  deps: EventDeps,
  run: RunRecord,
  eventType: WebhookEventType,
): Promise<DeliveryRecord[]> {
  const nowMs = deps.clock.nowMs();
  const eventId = deriveId('event', run.runId, eventType);
  const payload = JSON.stringify({
    id: eventId,
    type: eventType,
    timestamp: new Date(nowMs).toISOString(),
    data: buildEventData(run, deps.config.publicUrl),
  });
  const deliveries: DeliveryRecord[] = [];
  for (const endpoint of await listSubscribedEndpoints(deps, run)) {
    if (endpoint.disabled || !endpoint.events.includes(eventType)) continue;
    const delivery: DeliveryRecord = {
      deliveryId: deriveId('delivery', run.runId, eventType, endpoint.webhookEndpointId),
      tenantId: run.tenantId,
      webhookEndpointId: endpoint.webhookEndpointId,
      runId: run.runId,
      eventId,
      eventType,
      payload,
      status: 'pending',
      attempts: [],
      nextAttemptAtMs: nowMs + firstAttemptGraceMs,
      createdAtMs: nowMs,
    };
    await deps.deliveries.create(delivery);
    deliveries.push(delivery);
  }
  return deliveries;
}

/** Sends the messages that start the first attempt of each delivery. */
export async function sendDeliveries(deps: Pick<Deps, 'queue'>, deliveries: readonly DeliveryRecord[]): Promise<void> {
  for (const { tenantId, deliveryId } of deliveries) await deps.queue.send({ kind: 'deliver', tenantId, deliveryId });
}

function buildEventData(run: RunRecord, publicUrl: string | null) {
  const root = publicUrl === null ? '' : publicUrl.replace(/\/$/, '');
  return {
    runId: run.runId,
    name: run.spec.name ?? null,
    status: run.status,
    stop: run.stop,
    failure: run.failure,
    verdict: run.verdict,
    trust: run.trust,
    createdAt: formatInstantOrNull(run.createdAtMs),
    startedAt: formatInstantOrNull(run.startedAtMs),
    endedAt: formatInstantOrNull(run.endedAtMs),
    metadata: run.spec.metadata,
    runUrl: `${root}/v1/runs/${run.runId}`,
    reportUrl: `${root}/v1/runs/${run.runId}/report`,
  };
}

/** Lists the webhook endpoints of a run: those in its spec, and those of the tenant. */
export async function listSubscribedEndpoints(
  deps: Pick<Deps, 'webhookEndpoints'>,
  run: Pick<RunRecord, 'tenantId' | 'webhookEndpointIds'>,
): Promise<WebhookEndpointRecord[]> {
  const endpoints: WebhookEndpointRecord[] = [];
  for (const id of run.webhookEndpointIds) {
    const endpoint = await deps.webhookEndpoints.get(run.tenantId, id);
    if (endpoint !== null) endpoints.push(endpoint);
  }
  let cursor: string | null = null;
  do {
    const page = await deps.webhookEndpoints.list(run.tenantId, { limit: 100, cursor });
    endpoints.push(...page.items.filter((endpoint) => endpoint.runId === null));
    cursor = page.cursor;
  } while (cursor !== null);
  return endpoints;
}
