import type { ScheduleRecord } from '../../../shared/records/schedule.ts';
import { jsonBody } from '../http/body/json-body.ts';
import { defineCreate, defineDelete, defineGet, defineList, defineUpdate } from '../http/define-resource.ts';
import { showRecord } from '../http/show-record.ts';
import { createSchedule } from './create-schedule.ts';
import { pauseSchedule } from './pause-schedule.ts';
import { scheduleBodySchema, scheduleChangeSchema, scheduleSchema } from './schemas.ts';

const schedules = {
  kind: 'schedule',
  path: '/v1/schedules',
  tag: 'Schedules',
  scopes: { read: 'runs:read', write: 'runs:write' },
  schema: scheduleSchema,
  show: (record: ScheduleRecord) => showRecord(scheduleSchema, record),
} as const;

export const scheduleEndpoints = [
  defineCreate(schedules, {
    operationId: 'createSchedule',
    summary: 'Run a spec again and again',
    description:
      'By a cron expression or at an interval, within a minute of when it is due. What was missed while the service was down is not made up: only the latest is run. One that is due while the run before it is active is left out.',
    body: jsonBody(scheduleBodySchema, { faultCode: 'INVALID_SPEC' }),
    create: ({ deps, tenantId, body }, { resourceId }) => createSchedule(deps, tenantId, body, resourceId),
  }),
  defineList(schedules, {
    operationId: 'listSchedules',
    summary: 'List schedules, newest first',
    load: ({ deps, tenantId }, page) => deps.schedules.list(tenantId, page),
  }),
  defineGet(schedules, {
    operationId: 'getSchedule',
    summary: 'Read a schedule',
    find: ({ deps, tenantId, id }) => deps.schedules.get(tenantId, id),
  }),
  defineUpdate(schedules, {
    operationId: 'updateSchedule',
    summary: 'Pause a schedule, or let it go on',
    body: jsonBody(scheduleChangeSchema),
    update: ({ deps, tenantId, id, body }) => pauseSchedule(deps, tenantId, id, body.paused),
  }),
  defineDelete(schedules, {
    operationId: 'deleteSchedule',
    summary: 'Delete a schedule',
    description: 'Its runs stay; one that is active goes on.',
    remove: ({ deps, tenantId, id }) => deps.schedules.remove(tenantId, id),
  }),
];
