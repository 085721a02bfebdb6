import { createRoute } from '@hono/zod-openapi';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { linkNext } from '../http/link-next.ts';
import { listPriceBook } from './list-price-book.ts';
import { priceBookPageSchema, priceBookQuerySchema, toPriceBookPage } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/price-book',
  operationId: 'listPriceBook',
  tags: ['Prices'],
  summary: 'List prices, by name and date',
  description: 'Your own entries, and the built-in ones whose names none of yours has.',
  request: { query: priceBookQuerySchema },
  responses: { 200: { description: 'A page of entries', content: jsonContent(priceBookPageSchema) } },
});

export const listPriceBookEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  handle: async (c, { deps }) => {
    const { limit, cursor = null, ...filter } = c.req.valid('query');
    const page = await listPriceBook(deps, c.get('principal'), filter, { limit, cursor });
    linkNext(c, page.cursor);
    return c.json(toPriceBookPage(page), 200);
  },
});
