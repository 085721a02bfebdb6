import { createRoute } from '@hono/zod-openapi';
import { pageQuerySchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { linkNext } from '../http/link-next.ts';
import { listWebhookEndpoints } from './list-webhook-endpoints.ts';
import { toWebhookEndpointPage, webhookEndpointPageSchema } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints',
  operationId: 'listWebhookEndpoints',
  tags: ['Webhooks'],
  summary: 'List webhook endpoints, newest first',
  request: { query: pageQuerySchema },
  responses: { 200: { description: 'A page of webhook endpoints', content: jsonContent(webhookEndpointPageSchema) } },
});

export const listWebhookEndpointsEndpoint = defineEndpoint({
  route,
  scope: 'webhooks:read',
  handle: async (c, { deps }) => {
    const { limit, cursor = null } = c.req.valid('query');
    const page = await listWebhookEndpoints(deps, c.get('principal'), { limit, cursor });
    linkNext(c, page.cursor);
    return c.json(toWebhookEndpointPage(page), 200);
  },
});
