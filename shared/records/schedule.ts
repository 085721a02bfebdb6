import { z } from 'zod';
import { idSchema } from '../ids/ids.ts';
import { integerSchema } from '../number-schema.ts';
import { runSpecInputSchema } from '../spec/run-spec.ts';
import { failureSchema } from './records.ts';

const dayMs = 86_400_000;

/** Schema of the body of `POST /v1/schedules`. */
export const scheduleInputSchema = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  cron: z
    .string()
    .min(9)
    .max(200)
    .optional()
    .describe(
      'Cron expression with minute, hour, day of month, month and day of week, such as `0 6 * * 1-5`. Alternative: intervalMs',
    ),
  timeZone: z
    .string()
    .min(1)
    .max(60)
    .default('UTC')
    .describe('Time zone of cron by its IANA name, such as Europe/Berlin'),
  intervalMs: integerSchema(60_000, 366 * dayMs)
    .optional()
    .describe('Time between runs in milliseconds, starting at the creation of the schedule. Alternative: cron'),
  spec: runSpecInputSchema,
});
export type ScheduleInput = z.infer<typeof scheduleInputSchema>;

const atMs = z.number();

/** A stored schedule. All times are wall-clock times in ms since 1970. */
export const scheduleRecordSchema = z.object({
  scheduleId: idSchema('schedule'),
  tenantId: idSchema('tenant'),
  name: z.string().nullable(),
  cron: z.string().nullable(),
  timeZone: z.string(),
  intervalMs: z.number().nullable(),
  /** The spec without API keys. Each run reads the current prices, and gets a random seed if the spec has none. */
  spec: runSpecInputSchema,
  paused: z.boolean(),
  /** Due time of the next run. Null if the schedule is paused or the cron expression matches no future time. */
  nextAtMs: atMs.nullable(),
  /** Due time of the latest run, even if the run did not start. */
  lastDueAtMs: atMs.nullable(),
  lastRunId: idSchema('run').nullable(),
  /** Reason why the latest due run was not started. Null if it was started. */
  lastFailure: failureSchema.nullable(),
  createdAtMs: atMs,
});
export type ScheduleRecord = z.infer<typeof scheduleRecordSchema>;
export type ScheduleTiming = Pick<ScheduleRecord, 'cron' | 'timeZone' | 'intervalMs' | 'createdAtMs'>;
