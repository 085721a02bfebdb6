import { createRoute } from '@hono/zod-openapi';
import { listPriceBook } from '../../../shared/usecases/list-price-book.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { linkNext } from '../link-next.ts';
import { priceBookPageSchema, priceBookQuerySchema, toPriceBookPage } from '../schemas/price-book-schemas.ts';

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
