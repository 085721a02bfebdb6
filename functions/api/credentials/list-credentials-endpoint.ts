import { createRoute } from '@hono/zod-openapi';
import { pageQuerySchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { linkNext } from '../http/link-next.ts';
import { listCredentials } from './list-credentials.ts';
import { credentialPageSchema, toCredentialPage } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/credentials',
  operationId: 'listCredentials',
  tags: ['Credentials'],
  summary: 'List credentials, newest first',
  request: { query: pageQuerySchema },
  responses: { 200: { description: 'A page of credentials', content: jsonContent(credentialPageSchema) } },
});

export const listCredentialsEndpoint = defineEndpoint({
  route,
  scope: 'credentials:read',
  handle: async (c, { deps }) => {
    const { limit, cursor = null } = c.req.valid('query');
    const page = await listCredentials(deps, c.get('principal'), { limit, cursor });
    linkNext(c, page.cursor);
    return c.json(toCredentialPage(page), 200);
  },
});
