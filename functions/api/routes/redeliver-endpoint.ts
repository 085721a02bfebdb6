import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { redeliver } from '../../../shared/usecases/redeliver.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { idParam } from '../schemas/common-schemas.ts';
import { deliverySchema, toDeliveryView } from '../schemas/webhook-schemas.ts';

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
