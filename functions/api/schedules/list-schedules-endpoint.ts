import { createRoute } from '@hono/zod-openapi';
import { pageQuerySchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { linkNext } from '../http/link-next.ts';
import { listSchedules } from './list-schedules.ts';
import { schedulePageSchema, toSchedulePage } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/schedules',
  operationId: 'listSchedules',
  tags: ['Schedules'],
  summary: 'List schedules, newest first',
  request: { query: pageQuerySchema },
  responses: { 200: { description: 'A page of schedules', content: jsonContent(schedulePageSchema) } },
});

export const listSchedulesEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  handle: async (c, { deps }) => {
    const { limit, cursor = null } = c.req.valid('query');
    const page = await listSchedules(deps, c.get('principal'), { limit, cursor });
    linkNext(c, page.cursor);
    return c.json(toSchedulePage(page), 200);
  },
});
