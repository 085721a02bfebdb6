import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { deleteRun } from './delete-run.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/runs/{runId}',
  operationId: 'deleteRun',
  tags: ['Runs'],
  summary: 'Forget a run that has ended',
  description: 'Its samples, report, credentials and webhook endpoints go with it.',
  request: { params: z.object(idParam('runId', 'run')) },
  responses: { 204: { description: 'It is gone' } },
});

export const deleteRunEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  errors: ['CONFLICT'],
  handle: async (c, { deps }) => {
    await deleteRun(deps, c.get('principal'), c.req.valid('param').runId);
    return c.body(null, 204);
  },
});
