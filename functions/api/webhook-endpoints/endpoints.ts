import { z } from 'zod';
import { refuse } from '../../../shared/errors/app-error.ts';
import { formatInstant, formatInstantOrNull } from '../../../shared/records/format-instant.ts';
import {
  type DeliveryRecord,
  deliveryAttemptSchema,
  deliveryRecordSchema,
  webhookEndpointRecordSchema,
} from '../../../shared/records/webhooks.ts';
import { checkAddress } from '../../../shared/runs/checks/check-address.ts';
import { sealWebhookEndpoint } from '../../../shared/runs/seal-secrets.ts';
import { webhookSubscriptionSchema } from '../../../shared/spec/run-spec.ts';
import { defineJsonAnswer, requireFound, showRecord } from '../http/answers.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { type Caller, defineEndpoint } from '../http/define-endpoint.ts';
import {
  defineCreate,
  defineDelete,
  defineList,
  defineReads,
  defineResource,
  defineUpdate,
} from '../http/define-resource.ts';
import { instantSchema } from '../http/schemas.ts';
import { redeliver } from './redeliver.ts';

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
  .pick({ webhookEndpointId: true, url: true, events: true, runId: true, disabled: true })
  .extend({
    pausedUntil: instantSchema
      .nullable()
      .describe('End of the pause after three timeouts in a row. Deliveries wait until then. Null if not paused'),
    createdAt: instantSchema,
  })
  .meta({ id: 'WebhookEndpoint' });

const webhookSecretSchema = z
  .object({ secret: z.string().describe('Secret for a Standard Webhooks verifier: `whsec_` and base64') })
  .meta({ id: 'WebhookSecret' });

const { atMs: _, ...attemptFields } = deliveryAttemptSchema.shape;
const deliverySchema = deliveryRecordSchema
  .pick({
    deliveryId: true,
    webhookEndpointId: true,
    runId: true,
    eventId: true,
    eventType: true,
    status: true,
    payload: true,
  })
  .extend({
    attempts: z.array(z.object({ at: instantSchema, ...attemptFields })),
    nextAttemptAt: instantSchema.nullable(),
    createdAt: instantSchema,
  })
  .meta({ id: 'Delivery' });

const webhookEndpoints = defineResource({
  kind: 'webhookEndpoint',
  quota: 'webhookEndpoints',
  path: '/v1/webhook-endpoints',
  tag: 'Webhooks',
  scopes: { read: 'webhooks:read', write: 'webhooks:write' },
  schema: webhookEndpointSchema,
  store: (deps) => deps.webhookEndpoints,
  show: (record) =>
    showRecord(webhookEndpointSchema, { ...record, pausedUntil: formatInstantOrNull(record.pausedUntilMs) }),
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

async function requireEndpoint({ deps, tenantId }: Caller, webhookEndpointId: string) {
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
    description: 'Changes, disables or enables the endpoint, and ends its pause. Omitted fields keep their values.',
    body: defineJsonBody(webhookEndpointChangeSchema),
    update: ({ deps, tenantId, id, body }) => {
      if (body.url !== undefined) refuse('INVALID_REQUEST', checkAddress(deps.config, body.url, '/url'));
      const events = body.events === undefined ? {} : { events: [...new Set(body.events)] };
      return deps.webhookEndpoints.update(tenantId, id, { ...body, ...events, timeoutsInRow: 0, pausedUntilMs: null });
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
      const endpoint = await requireEndpoint(call, call.params.webhookEndpointId);
      return call.c.json(deliveries.show(await redeliver(call, endpoint, call.params.deliveryId)), 202);
    },
  }),
];
