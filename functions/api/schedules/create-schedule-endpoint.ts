import { createRoute } from '@hono/zod-openapi';
import { answerOnce } from '../http/answer-once.ts';
import { createHeadersSchema } from '../http/common-schemas.ts';
import { defineEndpoint } from '../http/define-endpoint.ts';
import { jsonContent } from '../http/json-content.ts';
import { createSchedule } from './create-schedule.ts';
import { scheduleBodySchema, scheduleSchema, toScheduleView } from './schemas.ts';

const route = createRoute({
  method: 'post',
  path: '/v1/schedules',
  operationId: 'createSchedule',
  tags: ['Schedules'],
  summary: 'Run a spec again and again',
  description:
    'By a cron expression or at an interval, within a minute of when it is due. What was missed while the service was down is not made up: only the latest is run. One that is due while the run before it is active is left out.',
  request: { headers: createHeadersSchema, body: { required: true, content: jsonContent(scheduleBodySchema) } },
  responses: { 201: { description: 'The schedule', content: jsonContent(scheduleSchema) } },
});

export const createScheduleEndpoint = defineEndpoint({
  route,
  scope: 'runs:write',
  errors: ['INVALID_SPEC', 'CONFLICT', 'IDEMPOTENCY_CONFLICT'],
  bodyFault: 'INVALID_SPEC',
  handle: async (c, { deps }) => {
    const body = c.req.valid('json');
    const principal = c.get('principal');
    return answerOnce(c, deps, { kind: 'schedule', body, status: 201 }, async ({ resourceId }) => {
      const record = await createSchedule(deps, principal, body, resourceId);
      return { path: `/v1/schedules/${record.scheduleId}`, body: toScheduleView(record) };
    });
  },
});
