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
    paused: z.boolean().describe('Whether the schedule is paused. Runs that were due during the pause do not start'),
  })
  .meta({ id: 'ScheduleChange', examples: [{ paused: true }] });

export const scheduleSchema = scheduleRecordSchema
  .pick({ scheduleId: true, name: true, cron: true, timeZone: true, intervalMs: true, paused: true })
  .extend({
    nextAt: instantSchema.nullable().describe('Due time of the next run. Null if no run is due'),
    lastDueAt: instantSchema.nullable().describe('Due time of the last run, or of the latest missed run'),
    lastRunId: idSchema('run').nullable().describe('Last started run'),
    lastFailure: failureSchema.nullable().describe('Reason why the last due run did not start. Null if it started'),
    spec: runSpecInputSchema.meta({
      id: 'ScheduledRunSpec',
      description: 'Spec of each run, with defaults',
    }),
    createdAt: instantSchema,
  })
  .meta({ id: 'Schedule' });
