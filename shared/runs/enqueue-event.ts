import { deriveId } from '../ids/ids.ts';
import type { Deps } from '../ports.ts';
import { formatInstantOrNull } from '../records/format-instant.ts';
import type { RunRecord } from '../records/records.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from '../records/webhooks.ts';
import type { WebhookEventType } from '../spec/webhook-event.ts';

/** Time in ms after which the supervisor sends the message of a new delivery again, in case it was lost. */
export const firstAttemptGraceMs = 15_000;

type EventDeps = Pick<Deps, 'webhookEndpoints' | 'deliveries' | 'clock' | 'config'>;

/**
 * Stores a delivery for each subscribed endpoint. Ids derived from run, event, and endpoint make retries harmless. The
 * caller stores the new run status, then sends the messages. After a crash in between, the supervisor sends them.
 */
export async function enqueueEvent(
  deps: EventDeps,
  run: RunRecord,
  eventType: WebhookEventType,
): Promise<DeliveryRecord[]> {
  const { runId, tenantId } = run;
  const nowMs = deps.clock.nowMs();
  const eventId = deriveId('event', runId, eventType);
  const data = buildEventData(run, deps.config.publicUrl);
  const payload = JSON.stringify({ id: eventId, type: eventType, timestamp: new Date(nowMs).toISOString(), data });
  const deliveries: DeliveryRecord[] = [];
  for (const { webhookEndpointId, disabled, events } of await listSubscribedEndpoints(deps, run)) {
    if (disabled || !events.includes(eventType)) continue;
    const delivery: DeliveryRecord = {
      deliveryId: deriveId('delivery', runId, eventType, webhookEndpointId),
      tenantId,
      webhookEndpointId,
      runId,
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

export async function sendDeliveries(deps: Pick<Deps, 'queue'>, deliveries: readonly DeliveryRecord[]): Promise<void> {
  for (const { tenantId, deliveryId } of deliveries) await deps.queue.send({ kind: 'deliver', tenantId, deliveryId });
}

function buildEventData(
  { runId, spec, status, stop, failure, verdict, trust, ...run }: RunRecord,
  publicUrl: string | null,
) {
  const runUrl = `${publicUrl?.replace(/\/$/, '') ?? ''}/v1/runs/${runId}`;
  return {
    runId,
    name: spec.name ?? null,
    status,
    stop,
    failure,
    verdict,
    trust,
    createdAt: formatInstantOrNull(run.createdAtMs),
    startedAt: formatInstantOrNull(run.startedAtMs),
    endedAt: formatInstantOrNull(run.endedAtMs),
    metadata: spec.metadata,
    runUrl,
    reportUrl: `${runUrl}/report`,
  };
}

/** Lists the endpoints that receive a run's events: those in its spec, and the tenant's endpoints. */
export async function listSubscribedEndpoints(
  { webhookEndpoints }: Pick<Deps, 'webhookEndpoints'>,
  { tenantId, webhookEndpointIds }: Pick<RunRecord, 'tenantId' | 'webhookEndpointIds'>,
): Promise<WebhookEndpointRecord[]> {
  const endpoints: WebhookEndpointRecord[] = [];
  for (const id of webhookEndpointIds) {
    const endpoint = await webhookEndpoints.get(tenantId, id);
    if (endpoint !== null) endpoints.push(endpoint);
  }
  let cursor: string | null = null;
  do {
    const page = await webhookEndpoints.list(tenantId, { limit: 100, cursor });
    endpoints.push(...page.items.filter((endpoint) => endpoint.runId === null));
    cursor = page.cursor;
  } while (cursor !== null);
  return endpoints;
}
