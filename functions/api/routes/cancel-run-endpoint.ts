import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { cancelRun } from '../../../shared/usecases/cancel-run.ts';
import { viewRun } from '../answer-run.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { idParam, waitHeadersSchema } from '../schemas/common-schemas.ts';
import { runSchema } from '../schemas/run-schemas.ts';

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
