import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { getCredential } from '../../../shared/usecases/get-credential.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { idParam } from '../schemas/common-schemas.ts';
import { credentialSchema, toCredentialView } from '../schemas/credential-schemas.ts';

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
