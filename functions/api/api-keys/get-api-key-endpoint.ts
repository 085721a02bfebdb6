import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { getApiKey } from './get-api-key.ts';
import { apiKeySchema, toApiKeyView } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/api-keys/{apiKeyId}',
  operationId: 'getApiKey',
  tags: ['API keys'],
  summary: 'An API key, without its text',
  request: { params: z.object(idParam('apiKeyId', 'apiKey')) },
  responses: { 200: { description: 'The API key', content: jsonContent(apiKeySchema) } },
});

export const getApiKeyEndpoint = defineEndpoint({
  route,
  scope: 'api-keys:read',
  handle: async (c, { deps }) => {
    const record = await getApiKey(deps, c.get('principal'), c.req.valid('param').apiKeyId);
    return c.json(toApiKeyView(record), 200);
  },
});
