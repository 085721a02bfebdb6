import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { revokeApiKey } from './revoke-api-key.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/api-keys/{apiKeyId}',
  operationId: 'revokeApiKey',
  tags: ['API keys'],
  summary: 'Revoke an API key',
  description: 'It is refused from the next request on. A key may revoke itself.',
  request: { params: z.object(idParam('apiKeyId', 'apiKey')) },
  responses: { 204: { description: 'It is gone' } },
});

export const revokeApiKeyEndpoint = defineEndpoint({
  route,
  scope: 'api-keys:write',
  handle: async (c, { deps }) => {
    await revokeApiKey(deps, c.get('principal'), c.req.valid('param').apiKeyId);
    return c.body(null, 204);
  },
});
