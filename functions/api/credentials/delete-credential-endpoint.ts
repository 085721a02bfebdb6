import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { deleteCredential } from './delete-credential.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/credentials/{credentialId}',
  operationId: 'deleteCredential',
  tags: ['Credentials'],
  summary: 'Forget a credential',
  description: 'At once. Batches of active runs that have yet to open it end with the reason credential_missing.',
  request: { params: z.object(idParam('credentialId', 'credential')) },
  responses: { 204: { description: 'It is gone' } },
});

export const deleteCredentialEndpoint = defineEndpoint({
  route,
  scope: 'credentials:write',
  handle: async (c, { deps }) => {
    await deleteCredential(deps, c.get('principal'), c.req.valid('param').credentialId);
    return c.body(null, 204);
  },
});
