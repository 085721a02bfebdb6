import { z } from 'zod';
import { AppError, refuse } from '../../../shared/errors/app-error.ts';
import { idSchema } from '../../../shared/ids/ids.ts';
import { formatInstant } from '../../../shared/records/format-instant.ts';
import {
  type DeliveryRecord,
  deliveryRecordSchema,
  webhookEndpointRecordSchema,
} from '../../../shared/records/webhooks.ts';
import { checkAddress } from '../../../shared/runs/checks/check-address.ts';
import { sealWebhookEndpoint } from '../../../shared/runs/seal-secrets.ts';
import { webhookSubscriptionSchema } from '../../../shared/spec/run-spec.ts';
import { webhookEventTypes } from '../../../shared/spec/webhook-event.ts';
import { defineJsonAnswer, requireFound, showRecord } from '../http/answers.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { type Call, defineEndpoint } from '../http/define-endpoint.ts';
import {
  defineCreate,
  defineDelete,
  defineList,
  defineReads,
  defineResource,
  defineUpdate,
} from '../http/define-resource.ts';
import { instantSchema } from '../http/schemas.ts';

const webhookEndpointBodySchema = webhookSubscriptionSchema.meta({
  id: 'WebhookEndpointInput',
  examples: [{ url: 'https://hooks.example.com/tokenmeter', events: ['run.completed', 'run.failed'] }],
});

const { url, events } = webhookSubscriptionSchema.shape;
const webhookEndpointChangeSchema = z
  .strictObject({
    url: url.exactOptional(),
    events: events.unwrap().exactOptional(),
    disabled: z.boolean().exactOptional(),
  })
  .meta({ id: 'WebhookEndpointChange', examples: [{ disabled: true }] });

const webhookEndpointSchema = webhookEndpointRecordSchema
  .pick({ webhookEndpointId: true, url: true, events: true })
  .extend({
    runId: idSchema('run')
      .nullable()
      .describe('Run whose spec defined the endpoint, which receives only events of this run. Null for all runs'),
    disabled: z.boolean(),
    createdAt: instantSchema,
  })
  .meta({ id: 'WebhookEndpoint' });

const webhookSecretSchema = z
  .object({ secret: z.string().describe('Secret for a Standard Webhooks verifier: `whsec_` and base64') })
  .meta({ id: 'WebhookSecret' });

const deliverySchema = deliveryRecordSchema
  .pick({ deliveryId: true, webhookEndpointId: true, runId: true })
  .extend({
    eventId: idSchema('event').describe(
      'Id of the event, sent as `webhook-id`. Equal for all attempts and redeliveries',
    ),
    eventType: z.enum(webhookEventTypes),
    status: z.enum(['pending', 'delivered', 'failed']),
    payload: z.string().describe('The exact signed bytes'),
    attempts: z.array(
      z.object({
        at: instantSchema,
        durationMs: z.number(),
        httpStatus: z.int().nullable(),
        error: z.string().nullable().describe('Reason for a missing response'),
        responseBody: z.string().nullable().describe('The first kilobytes of the response'),
      }),
    ),
    nextAttemptAt: instantSchema.nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Delivery' });

const webhookEndpoints = defineResource({
  kind: 'webhookEndpoint',
  path: '/v1/webhook-endpoints',
  tag: 'Webhooks',
  scopes: { read: 'webhooks:read', write: 'webhooks:write' },
  schema: webhookEndpointSchema,
  store: (deps) => deps.webhookEndpoints,
  show: (record) => showRecord(webhookEndpointSchema, record),
});
const { tag, scopes } = webhookEndpoints;

const deliveries = {
  kind: 'delivery',
  path: '/v1/webhook-endpoints/{webhookEndpointId}/deliveries',
  tag,
  scopes,
  schema: deliverySchema,
  show: (record: DeliveryRecord) => {
    const attempts = record.attempts.map(({ atMs, ...attempt }) => ({ at: formatInstant(atMs), ...attempt }));
    return showRecord(deliverySchema, { ...record, attempts });
  },
} as const;

async function requireEndpoint({ deps, tenantId }: Pick<Call, 'deps' | 'tenantId'>, webhookEndpointId: string) {
  const found = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
  return requireFound(found, 'webhook endpoint', webhookEndpointId);
}

export const webhookEndpointEndpoints = [
  defineCreate(webhookEndpoints, {
    description:
      'Receives the events of all runs of the tenant. Signatures follow Standard Webhooks. The secret is at `/v1/webhook-endpoints/{webhookEndpointId}/secret`.',
    body: defineJsonBody(webhookEndpointBodySchema),
    create: async ({ deps, tenantId, body }, { resourceId: webhookEndpointId }) => {
      refuse('INVALID_REQUEST', checkAddress(deps.config, body.url, '/url'));
      const existing = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
      if (existing !== null) return existing;
      const endpoint = await sealWebhookEndpoint(deps, { ...body, webhookEndpointId, tenantId, runId: null });
      await deps.webhookEndpoints.create(endpoint);
      return endpoint;
    },
  }),
  ...defineReads(webhookEndpoints),
  defineUpdate(webhookEndpoints, {
    description: 'Changes, disables or enables the endpoint. Omitted fields keep their values.',
    body: defineJsonBody(webhookEndpointChangeSchema),
    update: ({ deps, tenantId, id, body }) => {
      if (body.url !== undefined) refuse('INVALID_REQUEST', checkAddress(deps.config, body.url, '/url'));
      const change = body.events === undefined ? body : { ...body, events: [...new Set(body.events)] };
      return deps.webhookEndpoints.update(tenantId, id, change);
    },
  }),
  defineDelete(webhookEndpoints, { description: 'Stops all deliveries to the endpoint, including pending ones.' }),
  defineEndpoint({
    operationId: 'getWebhookSecret',
    method: 'get',
    path: '/v1/webhook-endpoints/{webhookEndpointId}/secret',
    tag,
    scope: 'webhooks:write',
    summary: 'Get the signing secret of a webhook endpoint',
    description: 'Requires write access, because anyone with the secret can sign events.',
    answers: { 200: defineJsonAnswer('The secret', webhookSecretSchema) },
    handle: async (call) => {
      const { c, deps, tenantId, params } = call;
      const { sealedSecret, webhookEndpointId } = await requireEndpoint(call, params.webhookEndpointId);
      return c.json({ secret: await deps.secrets.open(sealedSecret, { tenantId, webhookEndpointId }) }, 200);
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
    operationId: 'redeliver',
    method: 'post',
    path: '/v1/webhook-endpoints/{webhookEndpointId}/deliveries/{deliveryId}/redeliver',
    tag,
    scope: scopes.write,
    summary: 'Redeliver an event',
    description: 'Creates a delivery with the same event id and bytes, and its own retries.',
    errors: ['CONFLICT'],
    answers: { 202: defineJsonAnswer('The new delivery', deliverySchema) },
    handle: async (call) => {
      const { webhookEndpointId, deliveryId } = call.params;
      return call.c.json(deliveries.show(await redeliver(call, webhookEndpointId, deliveryId)), 202);
    },
  }),
];

/**
 * Sends a webhook event again as a new delivery with the same bytes. Receivers detect duplicates by the event id.
 * @throws AppError NOT_FOUND, or CONFLICT if the delivery is pending or its webhook endpoint is disabled
 */
async function redeliver(
  { deps, tenantId }: Pick<Call, 'deps' | 'tenantId'>,
  webhookEndpointId: string,
  deliveryId: string,
): Promise<DeliveryRecord> {
  const { queue, ids, clock } = deps;
  const { disabled } = await requireEndpoint({ deps, tenantId }, webhookEndpointId);
  const found = await deps.deliveries.get(tenantId, deliveryId);
  const isOwn = found?.webhookEndpointId === webhookEndpointId;
  const delivery = requireFound(isOwn ? found : null, 'delivery', deliveryId);
  if (disabled) throw new AppError('CONFLICT', 'The webhook endpoint is disabled. Enable it, then redeliver.');
  if (delivery.status === 'pending')
    throw new AppError('CONFLICT', 'The delivery is pending and is retried automatically');
  const nowMs = clock.nowMs();
  const again: DeliveryRecord = {
    ...delivery,
    deliveryId: ids.next('delivery'),
    status: 'pending',
    attempts: [],
    nextAttemptAtMs: nowMs,
    createdAtMs: nowMs,
  };
  await deps.deliveries.create(again);
  await queue.send({ kind: 'deliver', tenantId, deliveryId: again.deliveryId });
  return again;
}
