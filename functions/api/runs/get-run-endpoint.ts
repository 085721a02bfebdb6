import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam, waitHeadersSchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { viewRun } from './answer-run.ts';
import { getRun } from './get-run.ts';
import { runSchema } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/runs/{runId}',
  operationId: 'getRun',
  tags: ['Runs'],
  summary: 'A run: its status, spec and live progress',
  request: { params: z.object(idParam('runId', 'run')), headers: waitHeadersSchema },
  responses: { 200: { description: 'The run as it is now', content: jsonContent(runSchema) } },
});

export const getRunEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  handle: async (c, { deps }) => {
    const run = await getRun(deps, c.get('principal'), c.req.valid('param').runId);
    return c.json(await viewRun(c, deps, run), 200);
  },
});
