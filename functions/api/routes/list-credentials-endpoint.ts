import { createRoute } from '@hono/zod-openapi';
import { listCredentials } from '../../../shared/usecases/list-credentials.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { linkNext } from '../link-next.ts';
import { pageQuerySchema } from '../schemas/common-schemas.ts';
import { credentialPageSchema, toCredentialPage } from '../schemas/credential-schemas.ts';

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
