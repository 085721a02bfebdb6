import { createRoute } from '@hono/zod-openapi';
import { answerOnce } from '../http/answer-once.ts';
import { createHeadersSchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { createWebhookEndpoint } from './create-webhook-endpoint.ts';
import { toWebhookEndpointView, webhookEndpointBodySchema, webhookEndpointSchema } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/webhook-endpoints',
  operationId: 'createWebhookEndpoint',
  tags: ['Webhooks'],
  summary: 'Be told of all runs of the tenant',
  description:
    'Events are signed as Standard Webhooks; the secret is at `/v1/webhook-endpoints/{webhookEndpointId}/secret`.',
  request: { headers: createHeadersSchema, body: { required: true, content: jsonContent(webhookEndpointBodySchema) } },
  responses: { 201: { description: 'The webhook endpoint', content: jsonContent(webhookEndpointSchema) } },
});

export const createWebhookEndpointEndpoint = defineEndpoint({
  route,
  scope: 'webhooks:write',
  errors: ['CONFLICT', 'IDEMPOTENCY_CONFLICT'],
  handle: async (c, { deps }) => {
    const body = c.req.valid('json');
    const principal = c.get('principal');
    return answerOnce(c, deps, { kind: 'webhookEndpoint', body, status: 201 }, async ({ resourceId }) => {
      const record = await createWebhookEndpoint(deps, principal, body, resourceId);
      return { path: `/v1/webhook-endpoints/${record.webhookEndpointId}`, body: toWebhookEndpointView(record) };
    });
  },
});
