import { createRoute } from '@hono/zod-openapi';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { deletePriceEntry } from './delete-price-entry.ts';
import { priceDateQuerySchema, priceNameParamSchema } from './schemas.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/price-book/{name}',
  operationId: 'deletePriceBookEntry',
  tags: ['Prices'],
  summary: 'Delete a price of your own',
  description: 'Built-in entries stay, and show again once no entry of your own has their name.',
  request: {
    params: priceNameParamSchema,
    query: priceDateQuerySchema('Only the entry of this date; all of the name if left out'),
  },
  responses: { 204: { description: 'It is gone' } },
});

export const deletePriceEntryEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  handle: async (c, { deps }) => {
    const { asOf = null } = c.req.valid('query');
    await deletePriceEntry(deps, c.get('principal'), c.req.valid('param').name, asOf);
    return c.body(null, 204);
  },
});
