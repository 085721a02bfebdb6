import { z } from 'zod';
import { formatInstant } from '../../../shared/records/format-instant.ts';
import { eventPayloadSchema, readPayload } from '../../../shared/records/webhook-payloads.ts';
import {
  type DeliveryRecord,
  deliveryAttemptSchema,
  deliveryRecordSchema,
  type WebhookEndpointRecord,
} from '../../../shared/records/webhooks.ts';
import { defineJsonAnswer, requireFound, showRecord } from '../http/answers.ts';
import { type Caller, defineEndpoint } from '../http/define-endpoint.ts';
import { defineList } from '../http/define-resource.ts';
import { instantSchema } from '../http/schemas.ts';
import { redeliver, sendTestEvent } from './redeliver.ts';

const { atMs: _, ...attemptFields } = deliveryAttemptSchema.shape;
const deliverySchema = deliveryRecordSchema
  .pick({
    deliveryId: true,
    webhookEndpointId: true,
    runId: true,
    eventId: true,
    eventType: true,
    status: true,
  })
  .extend({
    payload: eventPayloadSchema,
    body: deliveryRecordSchema.shape.payload,
    attempts: z.array(z.object({ at: instantSchema, ...attemptFields })),
    nextAttemptAt: instantSchema.nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Delivery' });

const scopes = { read: 'webhooks:read', write: 'webhooks:write' } as const;
const send = { method: 'post', tag: 'Webhooks', scope: scopes.write, errors: ['CONFLICT'] } as const;

const deliveries = {
  kind: 'delivery',
  path: '/v1/webhook-endpoints/{webhookEndpointId}/deliveries',
  tag: 'Webhooks',
  scopes,
  schema: deliverySchema,
  show: (record: DeliveryRecord) => {
    const attempts = record.attempts.map(({ atMs, ...attempt }) => ({ at: formatInstant(atMs), ...attempt }));
    const { payload: body } = record;
    return showRecord(deliverySchema, { ...record, payload: readPayload(body), body, attempts });
  },
} as const;

/** Returns a webhook endpoint of the tenant. Throws NOT_FOUND if it does not exist. */
export async function requireEndpoint(
  { deps, tenantId }: Caller,
  webhookEndpointId: string,
): Promise<WebhookEndpointRecord> {
  const found = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
  return requireFound(found, 'webhook endpoint', webhookEndpointId);
}

export const deliveryEndpoints = [
  defineEndpoint({
    ...send,
    operationId: 'testWebhookEndpoint',
    path: '/v1/webhook-endpoints/{webhookEndpointId}/test',
    summary: 'Send a test event',
    description:
      'Sends the event `webhook_endpoint.test` once, even if the endpoint is paused. A response ends the pause. The result is in the attempts of the delivery.',
    answers: { 202: defineJsonAnswer('The delivery of the test event', deliverySchema) },
    handle: async (call) => {
      const endpoint = await requireEndpoint(call, call.params.webhookEndpointId);
      return call.c.json(deliveries.show(await sendTestEvent(call, endpoint)), 202);
    },
  }),
  defineList(deliveries, {
    operationId: 'listDeliveries',
    summary: 'List the deliveries of a webhook endpoint',
    load: async (call, page) => {
      const { webhookEndpointId } = await requireEndpoint(call, call.params['webhookEndpointId'] ?? '');
      return call.deps.deliveries.listByEndpoint(call.tenantId, webhookEndpointId, page);
    },
  }),
  defineEndpoint({
    ...send,
    operationId: 'redeliver',
    path: '/v1/webhook-endpoints/{webhookEndpointId}/deliveries/{deliveryId}/redeliver',
    summary: 'Redeliver an event',
    description:
      'Creates a delivery with the same event id and bytes, and its own retries. If the delivery is pending, makes its next attempt now.',
    answers: { 202: defineJsonAnswer('The new or pending delivery', deliverySchema) },
    handle: async (call) => {
      const endpoint = await requireEndpoint(call, call.params.webhookEndpointId);
      return call.c.json(deliveries.show(await redeliver(call, endpoint, call.params.deliveryId)), 202);
    },
  }),
];
