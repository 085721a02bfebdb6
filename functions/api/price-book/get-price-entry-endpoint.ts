import { createRoute } from '@hono/zod-openapi';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { getPriceEntry } from './get-price-entry.ts';
import { bookEntrySchema, priceDateQuerySchema, priceNameParamSchema, toBookEntryView } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/price-book/{name}',
  operationId: 'getPriceBookEntry',
  tags: ['Prices'],
  summary: 'Read a price',
  description: 'What a spec gets that names the entry now.',
  request: {
    params: priceNameParamSchema,
    query: priceDateQuerySchema('The newest entry dated then or before; the newest of all if left out'),
  },
  responses: { 200: { description: 'The entry', content: jsonContent(bookEntrySchema) } },
});

export const getPriceEntryEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  handle: async (c, { deps }) => {
    const { asOf = null } = c.req.valid('query');
    return c.json(toBookEntryView(await getPriceEntry(deps, c.get('principal'), c.req.valid('param').name, asOf)), 200);
  },
});
