import { z } from 'zod';
import nightly from '../../../examples/schedules/nightly.json' with { type: 'json' };
import { idSchema } from '../../../shared/ids/ids.ts';
import type { Page } from '../../../shared/ports.ts';
import { isoInstant, isoInstantOrNull } from '../../../shared/records/iso-instant.ts';
import { failureSchema } from '../../../shared/records/records.ts';
import { type ScheduleRecord, scheduleInputSchema } from '../../../shared/records/schedule.ts';
import { runSpecInputSchema } from '../../../shared/spec/run-spec.ts';
import { instantSchema, pageSchema } from '../http/common-schemas.ts';
import { runSpecBodySchema } from '../runs/schemas.ts';

export const scheduleBodySchema = scheduleInputSchema
  .extend({ spec: runSpecBodySchema })
  .meta({ id: 'ScheduleInput', examples: [nightly] });

export const scheduleChangeSchema = z
  .strictObject({
    paused: z.boolean().describe('true: nothing is due; false: it goes on from now, and makes nothing up'),
  })
  .meta({ id: 'ScheduleChange', examples: [{ paused: true }] });

export const scheduleSchema = z
  .object({
    scheduleId: idSchema('schedule'),
    name: z.string().nullable(),
    cron: z.string().nullable(),
    timeZone: z.string(),
    intervalMs: z.number().nullable(),
    paused: z.boolean(),
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
type ScheduleView = z.infer<typeof scheduleSchema>;

export const schedulePageSchema = pageSchema(scheduleSchema).meta({ id: 'SchedulePage' });

export function toScheduleView(record: ScheduleRecord): ScheduleView {
  const { scheduleId, name, cron, timeZone, intervalMs, paused, lastRunId, lastFailure, spec } = record;
  return {
    scheduleId,
    name,
    cron,
    timeZone,
    intervalMs,
    paused,
    nextAt: isoInstantOrNull(record.nextAtMs),
    lastDueAt: isoInstantOrNull(record.lastDueAtMs),
    lastRunId,
    lastFailure,
    spec,
    createdAt: isoInstant(record.createdAtMs),
  };
}

export function toSchedulePage(page: Page<ScheduleRecord>): z.infer<typeof schedulePageSchema> {
  return { items: page.items.map(toScheduleView), cursor: page.cursor };
}
