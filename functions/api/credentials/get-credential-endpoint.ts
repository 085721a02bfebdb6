import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { getCredential } from './get-credential.ts';
import { credentialSchema, toCredentialView } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/credentials/{credentialId}',
  operationId: 'getCredential',
  tags: ['Credentials'],
  summary: 'A credential, without its key',
  request: { params: z.object(idParam('credentialId', 'credential')) },
  responses: { 200: { description: 'The credential', content: jsonContent(credentialSchema) } },
});

export const getCredentialEndpoint = defineEndpoint({
  route,
  scope: 'credentials:read',
  handle: async (c, { deps }) => {
    const record = await getCredential(deps, c.get('principal'), c.req.valid('param').credentialId);
    return c.json(toCredentialView(record), 200);
  },
});
