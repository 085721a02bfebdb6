import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { getWebhookEndpoint } from '../../../shared/usecases/get-webhook-endpoint.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { idParam } from '../schemas/common-schemas.ts';
import { toWebhookEndpointView, webhookEndpointSchema } from '../schemas/webhook-schemas.ts';

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
