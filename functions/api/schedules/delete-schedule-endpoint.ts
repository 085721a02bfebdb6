import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { idParam } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { deleteSchedule } from './delete-schedule.ts';

const route = createRoute({
  method: 'delete',
  path: '/v1/schedules/{scheduleId}',
  operationId: 'deleteSchedule',
  tags: ['Schedules'],
  summary: 'Delete a schedule',
  description: 'Its runs stay; one that is active goes on.',
  request: { params: z.object(idParam('scheduleId', 'schedule')) },
  responses: { 204: { description: 'It is gone' } },
});

export const deleteScheduleEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  handle: async (c, { deps }) => {
    await deleteSchedule(deps, c.get('principal'), c.req.valid('param').scheduleId);
    return c.body(null, 204);
  },
});
