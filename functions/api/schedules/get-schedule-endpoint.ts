import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { getSchedule } from './get-schedule.ts';
import { scheduleSchema, toScheduleView } from './schemas.ts';

const route = createRoute({
  method: 'get',
  path: '/v1/schedules/{scheduleId}',
  operationId: 'getSchedule',
  tags: ['Schedules'],
  summary: 'Read a schedule',
  request: { params: z.object(idParam('scheduleId', 'schedule')) },
  responses: { 200: { description: 'The schedule', content: jsonContent(scheduleSchema) } },
});

export const getScheduleEndpoint = defineEndpoint({
  route,
  scope: 'runs:read',
  handle: async (c, { deps }) =>
    c.json(toScheduleView(await getSchedule(deps, c.get('principal'), c.req.valid('param').scheduleId)), 200),
});
