import { createRoute } from '@hono/zod-openapi';
import { answerOnce } from '../http/answer-once.ts';
import { apiKeySecretBytes } from '../http/auth/api-key-text.ts';
import { createHeadersSchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { createApiKey } from './create-api-key.ts';
import { apiKeyBodySchema, createdApiKeySchema, toApiKeyView } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/api-keys',
  operationId: 'createApiKey',
  tags: ['API keys'],
  summary: 'Make an API key',
  description:
    'The key is in this answer and nowhere else: only its hash is kept. It can grant only what the asking key may do.',
  request: { headers: createHeadersSchema, body: { required: true, content: jsonContent(apiKeyBodySchema) } },
  responses: { 201: { description: 'The key, this once', content: jsonContent(createdApiKeySchema) } },
});

export const createApiKeyEndpoint = defineEndpoint({
  route,
  scope: 'api-keys:write',
  errors: ['CONFLICT', 'IDEMPOTENCY_CONFLICT'],
  handle: async (c, { deps }) => {
    const body = c.req.valid('json');
    const principal = c.get('principal');
    const wanted = {
      name: body.name,
      scopes: body.scopes,
      expiresAtMs: body.expiresAt === undefined ? null : Date.parse(body.expiresAt),
      tenantId: body.tenantId ?? null,
    };
    const options = { kind: 'apiKey', body, status: 201, secretBytes: apiKeySecretBytes } as const;
    return answerOnce(c, deps, options, async ({ resourceId, secret }) => {
      if (secret === null) throw new Error('An API key was to be made without its secret');
      const { record, key } = await createApiKey(deps, principal, wanted, { apiKeyId: resourceId, secret });
      return { path: `/v1/api-keys/${record.apiKeyId}`, body: { ...toApiKeyView(record), key } };
    });
  },
});
