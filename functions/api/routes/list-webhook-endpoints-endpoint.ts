import { createRoute } from '@hono/zod-openapi';
import { listWebhookEndpoints } from '../../../shared/usecases/list-webhook-endpoints.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { linkNext } from '../link-next.ts';
import { pageQuerySchema } from '../schemas/common-schemas.ts';
import { toWebhookEndpointPage, webhookEndpointPageSchema } from '../schemas/webhook-schemas.ts';

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
