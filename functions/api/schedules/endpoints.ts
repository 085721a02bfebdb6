import { z } from 'zod';
import nightly from '../../../examples/schedules/nightly.json' with { type: 'json' };
import { idSchema } from '../../../shared/ids/ids.ts';
import { findNextOccurrence } from '../../../shared/records/find-occurrences.ts';
import { failureSchema } from '../../../shared/records/records.ts';
import { scheduleInputSchema, scheduleRecordSchema } from '../../../shared/records/schedule.ts';
import { runSpecInputSchema } from '../../../shared/spec/run-spec.ts';
import { showRecord } from '../http/answers.ts';
import { authorize } from '../http/auth/admit-request.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { defineCreate, defineDelete, defineReads, defineResource, defineUpdate } from '../http/define-resource.ts';
import { instantSchema } from '../http/schemas.ts';
import { runSpecBodySchema } from '../runs/schemas.ts';
import { createSchedule } from './create-schedule.ts';

const scheduleBodySchema = scheduleInputSchema.extend({ spec: runSpecBodySchema }).meta({
  id: 'ScheduleInput',
  description:
    'Either cron or intervalMs, and a spec of at most 300,000 bytes. Its targets have credentialId instead of apiKey, secretHeaders and clientKey',
  examples: [nightly],
});

const scheduleChangeSchema = z
  .strictObject({
    paused: z.boolean().describe('Whether the schedule is paused. Runs that were due during the pause do not start'),
  })
  .meta({ id: 'ScheduleChange', examples: [{ paused: true }] });

const scheduleSchema = scheduleRecordSchema
  .pick({ scheduleId: true, name: true, cron: true, timeZone: true, intervalMs: true, paused: true })
  .extend({
    nextAt: instantSchema.nullable().describe('Due time of the next run. Null if no run is due'),
    lastDueAt: instantSchema.nullable().describe('Due time of the last run, or of the latest missed run'),
    lastRunId: idSchema('run').nullable().describe('Last started run'),
    lastFailure: failureSchema.nullable().describe('Reason why the last due run did not start. Null if it started'),
    spec: runSpecInputSchema.meta({ id: 'ScheduledRunSpec', description: 'Spec of each run, with defaults' }),
    createdAt: instantSchema,
  })
  .meta({ id: 'Schedule' });

const schedules = defineResource({
  kind: 'schedule',
  quota: 'schedules',
  isLarge: true,
  path: '/v1/schedules',
  tag: 'Schedules',
  scopes: { read: 'runs:read', write: 'runs:write' },
  schema: scheduleSchema,
  store: (deps) => deps.schedules,
  show: (record) => showRecord(scheduleSchema, record),
});

export const scheduleEndpoints = [
  defineCreate(schedules, {
    description:
      'Runs a spec by cron expression or at an interval, within a minute of the due time. After a downtime, only the latest missed run starts. A run is skipped if the previous run is still active.',
    body: defineJsonBody(scheduleBodySchema, { faultCode: 'INVALID_SPEC' }),
    create: (call, { resourceId }) => {
      if (call.body.spec.priority === 'high') authorize(call.principal, 'runs:prioritize');
      return createSchedule(call, call.body, resourceId);
    },
  }),
  ...defineReads(schedules),
  defineUpdate(schedules, {
    summary: 'Pause or resume a schedule',
    body: defineJsonBody(scheduleChangeSchema),
    update: async ({ deps, tenantId, id, body: { paused } }) => {
      const schedule = await deps.schedules.get(tenantId, id);
      if (schedule === null || schedule.paused === paused) return schedule;
      const nextAtMs = paused ? null : findNextOccurrence(schedule, deps.clock.nowMs());
      return deps.schedules.update(tenantId, id, {}, { paused, nextAtMs });
    },
  }),
  defineDelete(schedules, { description: 'Does not delete its runs. An active run continues.' }),
];
