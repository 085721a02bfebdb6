import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { redeliver } from './redeliver.ts';
import { deliverySchema, toDeliveryView } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/webhook-endpoints/{webhookEndpointId}/deliveries/{deliveryId}/redeliver',
  operationId: 'redeliver',
  tags: ['Webhooks'],
  summary: 'Send an event again',
  description: 'A new delivery with the same event id and bytes, and a retry schedule of its own.',
  request: {
    params: z.object({ ...idParam('webhookEndpointId', 'webhookEndpoint'), ...idParam('deliveryId', 'delivery') }),
  },
  responses: { 202: { description: 'The new delivery', content: jsonContent(deliverySchema) } },
});

export const redeliverEndpoint = defineEndpoint({
  route,
  scope: 'webhooks:write',
  errors: ['CONFLICT'],
  handle: async (c, { deps }) => {
    const { webhookEndpointId, deliveryId } = c.req.valid('param');
    const delivery = await redeliver(deps, c.get('principal'), webhookEndpointId, deliveryId);
    return c.json(toDeliveryView(delivery), 202);
  },
});
