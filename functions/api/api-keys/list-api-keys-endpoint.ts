import { createRoute } from '@hono/zod-openapi';
import { pageQuerySchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { linkNext } from '../http/link-next.ts';
import { listApiKeys } from './list-api-keys.ts';
import { apiKeyPageSchema, toApiKeyPage } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/api-keys',
  operationId: 'listApiKeys',
  tags: ['API keys'],
  summary: 'List API keys, newest first',
  request: { query: pageQuerySchema },
  responses: { 200: { description: 'A page of API keys', content: jsonContent(apiKeyPageSchema) } },
});

export const listApiKeysEndpoint = defineEndpoint({
  route,
  scope: 'api-keys:read',
  handle: async (c, { deps }) => {
    const { limit, cursor = null } = c.req.valid('query');
    const page = await listApiKeys(deps, c.get('principal'), { limit, cursor });
    linkNext(c, page.cursor);
    return c.json(toApiKeyPage(page), 200);
  },
});
