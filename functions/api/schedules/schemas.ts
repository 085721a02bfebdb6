import { z } from 'zod';
import nightly from '../../../examples/schedules/nightly.json' with { type: 'json' };
import { idSchema } from '../../../shared/ids/ids.ts';
import { failureSchema } from '../../../shared/records/records.ts';
import { scheduleInputSchema, scheduleRecordSchema } from '../../../shared/records/schedule.ts';
import { runSpecInputSchema } from '../../../shared/spec/run-spec.ts';
import { instantSchema } from '../http/schemas.ts';
import { runSpecBodySchema } from '../runs/schemas.ts';

export const scheduleBodySchema = scheduleInputSchema
  .extend({ spec: runSpecBodySchema })
  .meta({ id: 'ScheduleInput', examples: [nightly] });

export const scheduleChangeSchema = z
  .strictObject({
    paused: z.boolean().describe('true: nothing is due; false: it goes on from now, and makes nothing up'),
  })
  .meta({ id: 'ScheduleChange', examples: [{ paused: true }] });

export const scheduleSchema = scheduleRecordSchema
  .pick({ scheduleId: true, name: true, cron: true, timeZone: true, intervalMs: true, paused: true })
  .extend({
    nextAt: instantSchema.nullable().describe('When the next run is due; null: none is'),
    lastDueAt: instantSchema.nullable().describe('When the last one was due; of several that were missed, the latest'),
    lastRunId: idSchema('run').nullable().describe('The last run that was started'),
    lastFailure: failureSchema.nullable().describe('Why the last one that was due was not started; null where it was'),
    spec: runSpecInputSchema.meta({
      id: 'ScheduledRunSpec',
      description: 'What each run is created of, defaults filled in',
    }),
    createdAt: instantSchema,
  })
  .meta({ id: 'Schedule' });
