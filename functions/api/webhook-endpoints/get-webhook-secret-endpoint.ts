import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { getWebhookSecret } from './get-webhook-secret.ts';
import { webhookSecretSchema } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints/{webhookEndpointId}/secret',
  operationId: 'getWebhookSecret',
  tags: ['Webhooks'],
  summary: 'The signing secret of a webhook endpoint',
  description: 'Needs `webhooks:write`: whoever knows the secret can sign.',
  request: { params: z.object(idParam('webhookEndpointId', 'webhookEndpoint')) },
  responses: { 200: { description: 'The secret', content: jsonContent(webhookSecretSchema) } },
});

export const getWebhookSecretEndpoint = defineEndpoint({
  route,
  scope: 'webhooks:write',
  handle: async (c, { deps }) => {
    const secret = await getWebhookSecret(deps, c.get('principal'), c.req.valid('param').webhookEndpointId);
    return c.json({ secret }, 200);
  },
});
