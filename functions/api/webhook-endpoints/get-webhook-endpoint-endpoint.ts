import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { getWebhookEndpoint } from './get-webhook-endpoint.ts';
import { toWebhookEndpointView, webhookEndpointSchema } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints/{webhookEndpointId}',
  operationId: 'getWebhookEndpoint',
  tags: ['Webhooks'],
  summary: 'A webhook endpoint',
  request: { params: z.object(idParam('webhookEndpointId', 'webhookEndpoint')) },
  responses: { 200: { description: 'The webhook endpoint', content: jsonContent(webhookEndpointSchema) } },
});

export const getWebhookEndpointEndpoint = defineEndpoint({
  route,
  scope: 'webhooks:read',
  handle: async (c, { deps }) => {
    const record = await getWebhookEndpoint(deps, c.get('principal'), c.req.valid('param').webhookEndpointId);
    return c.json(toWebhookEndpointView(record), 200);
  },
});
