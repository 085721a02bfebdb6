import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { pauseSchedule } from './pause-schedule.ts';
import { scheduleChangeSchema, scheduleSchema, toScheduleView } from './schemas.ts';

const route = createRoute({
  method: 'patch',
  path: '/v1/schedules/{scheduleId}',
  operationId: 'updateSchedule',
  tags: ['Schedules'],
  summary: 'Pause a schedule, or let it go on',
  request: {
    params: z.object(idParam('scheduleId', 'schedule')),
    body: { required: true, content: jsonContent(scheduleChangeSchema) },
  },
  responses: { 200: { description: 'The schedule', content: jsonContent(scheduleSchema) } },
});

export const updateScheduleEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  handle: async (c, { deps }) => {
    const { scheduleId } = c.req.valid('param');
    const record = await pauseSchedule(deps, c.get('principal'), scheduleId, c.req.valid('json').paused);
    return c.json(toScheduleView(record), 200);
  },
});
