import { z } from 'zod';
import { idSchema } from '../../../shared/ids/ids.ts';
import { formatInstant } from '../../../shared/records/format-instant.ts';
import { eventPayloadSchema, readPayload } from '../../../shared/records/webhook-payloads.ts';
import {
  type DeliveryRecord,
  deliveryAttemptSchema,
  deliveryRecordSchema,
  type WebhookEndpointRecord,
} from '../../../shared/records/webhooks.ts';
import { answerPage, defineJsonAnswer, requireFound, showRecord } from '../http/answers.ts';
import { createdRangeFields, readQueryRange } from '../http/created-range.ts';
import { type Caller, defineEndpoint } from '../http/define-endpoint.ts';
import { instantSchema, pageQuerySchema, pageSchema } from '../http/schemas.ts';
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

const send = { method: 'post', tag: 'Webhooks', scope: 'webhooks:write', errors: ['CONFLICT'] } as const;

const read = {
  method: 'get',
  tag: 'Webhooks',
  scope: 'webhooks:read',
  isTagged: true,
  answers: { 200: defineJsonAnswer('A page of deliveries', pageSchema(deliverySchema).meta({ id: 'DeliveryPage' })) },
} as const;

const { status, eventType } = deliveryRecordSchema.shape;
const deliveryQuerySchema = pageQuerySchema.extend({
  status: status.optional().describe('Status of the delivery'),
  eventType: eventType.optional().describe('Type of the event'),
  webhookEndpointId: idSchema('webhookEndpoint').optional().describe('Webhook endpoint that receives the event'),
  runId: idSchema('run').optional().describe('Run of the event'),
  ...createdRangeFields,
});

function showDelivery(record: DeliveryRecord): z.output<typeof deliverySchema> {
  const attempts = record.attempts.map(({ atMs, ...attempt }) => ({ at: formatInstant(atMs), ...attempt }));
  const { payload: body } = record;
  return showRecord(deliverySchema, { ...record, payload: readPayload(body), body, attempts });
}

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
      return call.c.json(showDelivery(await sendTestEvent(call, endpoint)), 202);
    },
  }),
  defineEndpoint({
    ...read,
    operationId: 'listDeliveries',
    path: '/v1/webhook-endpoints/{webhookEndpointId}/deliveries',
    summary: 'List the deliveries of a webhook endpoint',
    description: 'Sorted newest first.',
    query: pageQuerySchema,
    handle: async (call) => {
      const { webhookEndpointId } = await requireEndpoint(call, call.params.webhookEndpointId);
      const { limit, cursor = null } = call.query;
      const page = { limit, cursor };
      return answerPage(
        call.c,
        await call.deps.deliveries.listByEndpoint(call.tenantId, webhookEndpointId, page),
        showDelivery,
      );
    },
  }),
  defineEndpoint({
    ...read,
    operationId: 'listAllDeliveries',
    path: '/v1/deliveries',
    summary: 'List the deliveries of all webhook endpoints',
    description:
      'Sorted newest first. A page can have fewer items than `limit`; continue until `cursor` is null. Deliveries that version 0.1.0 stored are listed only with `webhookEndpointId`.',
    query: deliveryQuerySchema,
    handle: async ({ c, deps, tenantId, query }) => {
      const { limit, cursor = null, createdFrom, createdBefore, ...wanted } = query;
      const filter = { ...wanted, ...readQueryRange({ createdFrom, createdBefore }) };
      return answerPage(c, await deps.deliveries.list(tenantId, filter, { limit, cursor }), showDelivery);
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
      return call.c.json(showDelivery(await redeliver(call, endpoint, call.params.deliveryId)), 202);
    },
  }),
];
