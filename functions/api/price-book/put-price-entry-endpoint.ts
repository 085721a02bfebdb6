import { createRoute } from '@hono/zod-openapi';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { putPriceEntry } from './put-price-entry.ts';
import { bookEntrySchema, priceEntryBodySchema, priceNameParamSchema, toBookEntryView } from './schemas.ts';

const route = createRoute({
  method: 'put',
  path: '/v1/price-book/{name}',
  operationId: 'putPriceBookEntry',
  tags: ['Prices'],
  summary: 'Enter a price',
  description:
    'Of one name there is an entry for each date (`asOf`): the same name and date again replaces it, another date stands beside it. Runs keep the figures that they began with.',
  request: {
    params: priceNameParamSchema,
    body: { required: true, content: jsonContent(priceEntryBodySchema) },
  },
  responses: {
    200: { description: 'It replaces the one of this date', content: jsonContent(bookEntrySchema) },
    201: { description: 'The entry', content: jsonContent(bookEntrySchema) },
  },
});

export const putPriceEntryEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  errors: ['CONFLICT'],
  handle: async (c, { deps }) => {
    const { name } = c.req.valid('param');
    const { item, created } = await putPriceEntry(deps, c.get('principal'), name, c.req.valid('json'));
    if (created) c.header('Location', `/v1/price-book/${name}?asOf=${item.entry.asOf}`);
    return c.json(toBookEntryView(item), created ? 201 : 200);
  },
});
