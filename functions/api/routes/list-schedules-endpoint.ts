import { createRoute } from '@hono/zod-openapi';
import { listSchedules } from '../../../shared/usecases/list-schedules.ts';
import { defineEndpoint } from '../endpoint.ts';
import { jsonContent } from '../json-content.ts';
import { linkNext } from '../link-next.ts';
import { pageQuerySchema } from '../schemas/common-schemas.ts';
import { schedulePageSchema, toSchedulePage } from '../schemas/schedule-schemas.ts';

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
