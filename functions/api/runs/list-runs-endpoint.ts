import { createRoute } from '@hono/zod-openapi';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { linkNext } from '../http/link-next.ts';
import { listRuns } from './list-runs.ts';
import { runPageSchema, runQuerySchema, toRunPage } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/runs',
  operationId: 'listRuns',
  tags: ['Runs'],
  summary: 'List runs, newest first',
  request: { query: runQuerySchema },
  responses: { 200: { description: 'A page of runs', content: jsonContent(runPageSchema) } },
});

export const listRunsEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  handle: async (c, { deps }) => {
    const { limit, cursor = null, scheduleId = null } = c.req.valid('query');
    const page = await listRuns(deps, c.get('principal'), { limit, cursor }, scheduleId);
    linkNext(c, page.cursor);
    return c.json(toRunPage(page), 200);
  },
});
