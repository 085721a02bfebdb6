import { deriveId } from '../ids/ids.ts';
import type { Deps } from '../ports.ts';
import { formatInstant, formatInstantOrNull } from '../records/format-instant.ts';
import type { RunRecord } from '../records/records.ts';
import type { EventPayload, RunEventData } from '../records/webhook-payloads.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from '../records/webhooks.ts';
import type { WebhookEventType } from '../spec/webhook-event.ts';

/** Time in ms after which the supervisor sends the message of a new delivery again, in case it was lost. */
export const firstAttemptGraceMs = 15_000;

/** Event about a run. */
export type RunEventType = Exclude<WebhookEventType, 'webhook_endpoint.paused'>;

type EventDeps = Pick<Deps, 'webhookEndpoints' | 'deliveries' | 'clock' | 'config'>;

/**
 * Stores a delivery for each subscribed endpoint. Ids derived from run, event, and endpoint make retries harmless. The
 * caller stores the new run status, then sends the messages. After a crash in between, the supervisor sends them.
 */
export async function enqueueEvent(
  deps: EventDeps,
  run: RunRecord,
  eventType: RunEventType,
): Promise<DeliveryRecord[]> {
  const endpoints = await listSubscribedEndpoints(deps, run);
  const { runId, tenantId } = run;
  const eventId = deriveId('event', runId, eventType);
  const timestamp = formatInstant(deps.clock.nowMs());
  const data = buildEventData(run, deps.config.publicUrl);
  return storeDeliveries(deps, endpoints, { runId, tenantId }, { id: eventId, type: eventType, timestamp, data });
}

/**
 * Stores a delivery of the event `webhook_endpoint.paused` for each other endpoint that receives events of all runs.
 * @param runId the run whose delivery timed out last
 */
export async function enqueuePauseEvent(
  deps: EventDeps,
  paused: WebhookEndpointRecord & { pausedUntilMs: number },
  runId: string,
): Promise<DeliveryRecord[]> {
  const { tenantId, webhookEndpointId, url, timeoutsInRow, firstTimeoutAtMs, pausedUntilMs } = paused;
  const all = await listSubscribedEndpoints(deps, { tenantId, webhookEndpointIds: [] });
  const others = all.filter((endpoint) => endpoint.webhookEndpointId !== webhookEndpointId);
  return storeDeliveries(
    deps,
    others,
    { runId, tenantId },
    {
      id: deriveId('event', webhookEndpointId, firstTimeoutAtMs ?? 0, timeoutsInRow),
      type: 'webhook_endpoint.paused',
      timestamp: formatInstant(deps.clock.nowMs()),
      data: { webhookEndpointId, url, timeoutsInRow, pausedUntil: formatInstant(pausedUntilMs), runId },
    },
  );
}

/** An event to which endpoints subscribe. A test event is sent only on request. */
type SubscribedPayload = Extract<EventPayload, { type: WebhookEventType }>;

async function storeDeliveries(
  deps: EventDeps,
  endpoints: readonly WebhookEndpointRecord[],
  owner: Pick<DeliveryRecord, 'runId' | 'tenantId'>,
  event: SubscribedPayload,
): Promise<DeliveryRecord[]> {
  const { id: eventId, type: eventType } = event;
  const nowMs = deps.clock.nowMs();
  const payload = writePayload(event);
  const deliveries: DeliveryRecord[] = [];
  for (const { webhookEndpointId, disabled, events } of endpoints) {
    if (disabled || !events.includes(eventType)) continue;
    const delivery: DeliveryRecord = {
      ...owner,
      eventId,
      eventType,
      deliveryId: deriveId('delivery', eventId, webhookEndpointId),
      webhookEndpointId,
      payload,
      status: 'pending',
      attempts: [],
      nextAttemptAtMs: nowMs + firstAttemptGraceMs,
      claimedUntilMs: null,
      createdAtMs: nowMs,
    };
    await deps.deliveries.create(delivery);
    deliveries.push(delivery);
  }
  return deliveries;
}

/** Serializes a payload. Its bytes are stored, signed, and sent unchanged. */
export function writePayload(payload: EventPayload): string {
  return JSON.stringify(payload);
}

export async function sendDeliveries(deps: Pick<Deps, 'queue'>, deliveries: readonly DeliveryRecord[]): Promise<void> {
  for (const { tenantId, deliveryId } of deliveries) await deps.queue.send({ kind: 'deliver', tenantId, deliveryId });
}

function buildEventData(
  { runId, labels: { name, metadata }, status, stop, failure, verdict, trust, ...run }: RunRecord,
  publicUrl: string | null,
): RunEventData {
  const runUrl = `${publicUrl?.replace(/\/$/, '') ?? ''}/v1/runs/${runId}`;
  return {
    runId,
    name,
    status,
    stop,
    failure,
    verdict,
    trust,
    createdAt: formatInstantOrNull(run.createdAtMs),
    startedAt: formatInstantOrNull(run.startedAtMs),
    endedAt: formatInstantOrNull(run.endedAtMs),
    metadata,
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
