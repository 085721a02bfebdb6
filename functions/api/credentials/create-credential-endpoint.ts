import { createRoute } from '@hono/zod-openapi';
import { answerOnce } from '../http/answer-once.ts';
import { createHeadersSchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { createCredential } from './create-credential.ts';
import { credentialBodySchema, credentialSchema, toCredentialView } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/credentials',
  operationId: 'createCredential',
  tags: ['Credentials'],
  summary: 'Keep a target’s key for later runs',
  description: 'The key is stored encrypted and is never given back; specs name it by credentialId.',
  request: { headers: createHeadersSchema, body: { required: true, content: jsonContent(credentialBodySchema) } },
  responses: { 201: { description: 'The credential', content: jsonContent(credentialSchema) } },
});

export const createCredentialEndpoint = defineEndpoint({
  route,
  scope: 'credentials:write',
  errors: ['CONFLICT', 'IDEMPOTENCY_CONFLICT'],
  handle: async (c, { deps }) => {
    const body = c.req.valid('json');
    const principal = c.get('principal');
    return answerOnce(c, deps, { kind: 'credential', body, status: 201 }, async ({ resourceId }) => {
      const record = await createCredential(deps, principal, body, resourceId);
      return { path: `/v1/credentials/${record.credentialId}`, body: toCredentialView(record) };
    });
  },
});
