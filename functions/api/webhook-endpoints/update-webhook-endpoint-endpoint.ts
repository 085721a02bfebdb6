import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { toWebhookEndpointView, webhookEndpointChangeSchema, webhookEndpointSchema } from './schemas.ts';
import { updateWebhookEndpoint } from './update-webhook-endpoint.ts';

const route = createRoute({
  method: 'patch',
  path: '/v1/webhook-endpoints/{webhookEndpointId}',
  operationId: 'updateWebhookEndpoint',
  tags: ['Webhooks'],
  summary: 'Change, disable or enable a webhook endpoint',
  description: 'What is left out stays as it is.',
  request: {
    params: z.object(idParam('webhookEndpointId', 'webhookEndpoint')),
    body: { required: true, content: jsonContent(webhookEndpointChangeSchema) },
  },
  responses: { 200: { description: 'The webhook endpoint', content: jsonContent(webhookEndpointSchema) } },
});

export const updateWebhookEndpointEndpoint = defineEndpoint({
  route,
  scope: 'webhooks:write',
  handle: async (c, { deps }) => {
    const { url, events, disabled } = c.req.valid('json');
    const change = {
      ...(url === undefined ? {} : { url }),
      ...(events === undefined ? {} : { events }),
      ...(disabled === undefined ? {} : { disabled }),
    };
    const { webhookEndpointId } = c.req.valid('param');
    const record = await updateWebhookEndpoint(deps, c.get('principal'), webhookEndpointId, change);
    return c.json(toWebhookEndpointView(record), 200);
  },
});
