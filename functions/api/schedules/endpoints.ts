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
    summary: 'Create a schedule',
    description:
      'Runs a spec by cron expression or at an interval, within a minute of the due time. After a downtime, only the latest missed run starts. A run is skipped if the previous run is still active.',
    body: jsonBody(scheduleBodySchema, { faultCode: 'INVALID_SPEC' }),
    create: ({ deps, tenantId, body }, { resourceId }) => createSchedule(deps, tenantId, body, resourceId),
  }),
  defineList(schedules, {
    operationId: 'listSchedules',
    summary: 'List schedules',
    load: ({ deps, tenantId }, page) => deps.schedules.list(tenantId, page),
  }),
  defineGet(schedules, {
    operationId: 'getSchedule',
    summary: 'Get a schedule',
    find: ({ deps, tenantId, id }) => deps.schedules.get(tenantId, id),
  }),
  defineUpdate(schedules, {
    operationId: 'updateSchedule',
    summary: 'Pause or resume a schedule',
    body: jsonBody(scheduleChangeSchema),
    update: ({ deps, tenantId, id, body }) => pauseSchedule(deps, tenantId, id, body.paused),
  }),
  defineDelete(schedules, {
    operationId: 'deleteSchedule',
    summary: 'Delete a schedule',
    description: 'Keeps its runs. An active run continues.',
    remove: ({ deps, tenantId, id }) => deps.schedules.remove(tenantId, id),
  }),
];
