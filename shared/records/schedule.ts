import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { integerSchema } from '../number-schema.ts';
import { runSpecInputSchema } from '../spec/run-spec.ts';
import { failureSchema } from './records.ts';

const dayMs = 86_400_000;

export const scheduleTimingShape = {
  cron: z
    .string()
    .min(9)
    .max(200)
    .optional()
    .describe('Minute, hour, day of the month, month, day of the week, such as `0 6 * * 1-5`; this or intervalMs'),
  timeZone: z.string().min(1).max(60).default('UTC').describe('Of cron, by its IANA name, such as Europe/Berlin'),
  intervalMs: integerSchema(60_000, 366 * dayMs)
    .optional()
    .describe('From one run to the next, counted from the creation of the schedule; this or cron'),
};

/** What `POST /v1/schedules` takes. */
export const scheduleInputSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  ...scheduleTimingShape,
  spec: runSpecInputSchema,
});
export type ScheduleInput = z.infer<typeof scheduleInputSchema>;

const atMs = z.number();

/** A schedule as the table holds it. Instants are wall-clock milliseconds. */
export const scheduleRecordSchema = z.object({
  scheduleId: idSchema('schedule'),
  tenantId: idSchema('tenant'),
  name: z.string().nullable(),
  cron: z.string().nullable(),
  timeZone: z.string(),
  intervalMs: z.number().nullable(),
  /** As it was given, without any key: each run looks up its prices and draws its seed for itself. */
  spec: runSpecInputSchema,
  paused: z.boolean(),
  /** When the next run is due; null while paused, and where the cron expression names no more. */
  nextAtMs: atMs.nullable(),
  /** The last run that was due, and what became of it. */
  lastDueAtMs: atMs.nullable(),
  lastRunId: idSchema('run').nullable(),
  /** Why the last one that was due was not started; null where it was. */
  lastFailure: failureSchema.nullable(),
  createdAtMs: atMs,
});
export type ScheduleRecord = z.infer<typeof scheduleRecordSchema>;
export type ScheduleTiming = Pick<ScheduleRecord, 'cron' | 'timeZone' | 'intervalMs' | 'createdAtMs'>;
