import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam, waitHeadersSchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { viewRun } from './answer-run.ts';
import { cancelRun } from './cancel-run.ts';
import { runSchema } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/runs/{runId}/cancel',
  operationId: 'cancelRun',
  tags: ['Runs'],
  summary: 'Stop a run, with a partial report',
  description: 'Nothing more is sent, and open streams are aborted. Asking twice changes nothing.',
  request: { params: z.object(idParam('runId', 'run')), headers: waitHeadersSchema },
  responses: { 202: { description: 'The run is stopping', content: jsonContent(runSchema) } },
});

export const cancelRunEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  errors: ['CONFLICT'],
  handle: async (c, { deps }) => {
    const run = await cancelRun(deps, c.get('principal'), c.req.valid('param').runId);
    return c.json(await viewRun(c, deps, run), 202);
  },
});
