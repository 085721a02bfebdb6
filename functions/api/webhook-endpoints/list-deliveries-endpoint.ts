import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam, pageQuerySchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { linkNext } from '../http/link-next.ts';
import { listDeliveries } from './list-deliveries.ts';
import { deliveryPageSchema, toDeliveryPage } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/webhook-endpoints/{webhookEndpointId}/deliveries',
  operationId: 'listDeliveries',
  tags: ['Webhooks'],
  summary: 'The delivery log of a webhook endpoint, newest first',
  request: { params: z.object(idParam('webhookEndpointId', 'webhookEndpoint')), query: pageQuerySchema },
  responses: { 200: { description: 'A page of deliveries', content: jsonContent(deliveryPageSchema) } },
});

export const listDeliveriesEndpoint = defineEndpoint({
  route,
  scope: 'webhooks:read',
  handle: async (c, { deps }) => {
    const { limit, cursor = null } = c.req.valid('query');
    const { webhookEndpointId } = c.req.valid('param');
    const page = await listDeliveries(deps, c.get('principal'), webhookEndpointId, { limit, cursor });
    linkNext(c, page.cursor);
    return c.json(toDeliveryPage(page), 200);
  },
});
