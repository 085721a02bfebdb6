import { refuse } from '../../../shared/errors/refuse.ts';
import { formatInstant } from '../../../shared/records/format-instant.ts';
import type { DeliveryRecord, WebhookEndpointRecord } from '../../../shared/records/webhooks.ts';
import { checkAddress } from '../../../shared/runs/checks/check-address.ts';
import { jsonAnswer } from '../http/answers.ts';
import { jsonBody } from '../http/body/json-body.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { defineCreate, defineDelete, defineGet, defineList, defineUpdate } from '../http/define-resource.ts';
import { requireFound } from '../http/require-found.ts';
import { showRecord } from '../http/show-record.ts';
import { createWebhookEndpoint } from './create-webhook-endpoint.ts';
import { redeliver } from './redeliver.ts';
import {
  deliverySchema,
  webhookEndpointBodySchema,
  webhookEndpointChangeSchema,
  webhookEndpointSchema,
  webhookSecretSchema,
} from './schemas.ts';

const webhookEndpoints = {
  kind: 'webhookEndpoint',
  path: '/v1/webhook-endpoints',
  tag: 'Webhooks',
  scopes: { read: 'webhooks:read', write: 'webhooks:write' },
  schema: webhookEndpointSchema,
  show: (record: WebhookEndpointRecord) => showRecord(webhookEndpointSchema, record),
} as const;

const deliveries = {
  kind: 'delivery',
  path: '/v1/webhook-endpoints/{webhookEndpointId}/deliveries',
  tag: webhookEndpoints.tag,
  scopes: webhookEndpoints.scopes,
  schema: deliverySchema,
  show: (record: DeliveryRecord) => {
    const attempts = record.attempts.map(({ atMs, ...attempt }) => ({ at: formatInstant(atMs), ...attempt }));
    return showRecord(deliverySchema, { ...record, attempts });
  },
} as const;

export const webhookEndpointEndpoints = [
  defineCreate(webhookEndpoints, {
    operationId: 'createWebhookEndpoint',
    summary: 'Create a webhook endpoint',
    description:
      'Receives the events of all runs of the tenant. Signatures follow Standard Webhooks. The secret is at `/v1/webhook-endpoints/{webhookEndpointId}/secret`.',
    body: jsonBody(webhookEndpointBodySchema),
    create: ({ deps, tenantId, body }, { resourceId }) => createWebhookEndpoint(deps, tenantId, body, resourceId),
  }),
  defineList(webhookEndpoints, {
    operationId: 'listWebhookEndpoints',
    summary: 'List webhook endpoints',
    load: ({ deps, tenantId }, page) => deps.webhookEndpoints.list(tenantId, page),
  }),
  defineGet(webhookEndpoints, {
    operationId: 'getWebhookEndpoint',
    summary: 'Get a webhook endpoint',
    find: ({ deps, tenantId, id }) => deps.webhookEndpoints.get(tenantId, id),
  }),
  defineUpdate(webhookEndpoints, {
    operationId: 'updateWebhookEndpoint',
    summary: 'Update a webhook endpoint',
    description: 'Changes, disables or enables the endpoint. Omitted fields keep their values.',
    body: jsonBody(webhookEndpointChangeSchema),
    update: ({ deps, tenantId, id, body }) => {
      if (body.url !== undefined) refuse('INVALID_REQUEST', checkAddress(deps.config, body.url, '/url'));
      const change = body.events === undefined ? body : { ...body, events: [...new Set(body.events)] };
      return deps.webhookEndpoints.update(tenantId, id, change);
    },
  }),
  defineDelete(webhookEndpoints, {
    operationId: 'deleteWebhookEndpoint',
    summary: 'Delete a webhook endpoint',
    description: 'Stops all deliveries to the endpoint, including pending ones.',
    remove: ({ deps, tenantId, id }) => deps.webhookEndpoints.remove(tenantId, id),
  }),
  defineEndpoint({
    operationId: 'getWebhookSecret',
    method: 'get',
    path: '/v1/webhook-endpoints/{webhookEndpointId}/secret',
    tag: webhookEndpoints.tag,
    scope: 'webhooks:write',
    summary: 'Get the signing secret of a webhook endpoint',
    description: 'Requires write access, because anyone with the secret can sign events.',
    answers: { 200: jsonAnswer('The secret', webhookSecretSchema) },
    handle: async ({ c, deps, tenantId, params: { webhookEndpointId } }) => {
      const found = await deps.webhookEndpoints.get(tenantId, webhookEndpointId);
      const { sealedSecret } = requireFound(found, 'webhook endpoint', webhookEndpointId);
      return c.json({ secret: await deps.secrets.open(sealedSecret, { tenantId, webhookEndpointId }) }, 200);
    },
  }),
  defineList(deliveries, {
    operationId: 'listDeliveries',
    summary: 'List the deliveries of a webhook endpoint',
    load: async ({ deps, tenantId, params: { webhookEndpointId = '' } }, page) => {
      requireFound(await deps.webhookEndpoints.get(tenantId, webhookEndpointId), 'webhook endpoint', webhookEndpointId);
      return deps.deliveries.listByEndpoint(tenantId, webhookEndpointId, page);
    },
  }),
  defineEndpoint({
    operationId: 'redeliver',
    method: 'post',
    path: '/v1/webhook-endpoints/{webhookEndpointId}/deliveries/{deliveryId}/redeliver',
    tag: deliveries.tag,
    scope: deliveries.scopes.write,
    summary: 'Redeliver an event',
    description: 'Creates a delivery with the same event id and bytes, and its own retries.',
    errors: ['CONFLICT'],
    answers: { 202: jsonAnswer('The new delivery', deliverySchema) },
    handle: async ({ c, deps, tenantId, params }) =>
      c.json(deliveries.show(await redeliver(deps, tenantId, params.webhookEndpointId, params.deliveryId)), 202),
  }),
];
