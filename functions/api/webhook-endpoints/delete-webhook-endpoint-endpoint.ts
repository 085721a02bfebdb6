import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { deleteWebhookEndpoint } from './delete-webhook-endpoint.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/webhook-endpoints/{webhookEndpointId}',
  operationId: 'deleteWebhookEndpoint',
  tags: ['Webhooks'],
  summary: 'Remove a webhook endpoint',
  description: 'Nothing more is sent to it, pending deliveries included.',
  request: { params: z.object(idParam('webhookEndpointId', 'webhookEndpoint')) },
  responses: { 204: { description: 'It is gone' } },
});

export const deleteWebhookEndpointEndpoint = defineEndpoint({
  route,
  scope: 'webhooks:write',
  handle: async (c, { deps }) => {
    await deleteWebhookEndpoint(deps, c.get('principal'), c.req.valid('param').webhookEndpointId);
    return c.body(null, 204);
  },
});
