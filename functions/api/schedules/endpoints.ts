import { z } from 'zod';
import nightly from '../../../examples/schedules/nightly.json' with { type: 'json' };
import { AppError, type Fault, findFault, refuse } from '../../../shared/errors/app-error.ts';
import { idSchema } from '../../../shared/ids/ids.ts';
import { findNextOccurrence, openCron } from '../../../shared/records/find-occurrences.ts';
import { failureSchema } from '../../../shared/records/records.ts';
import {
  type ScheduleInput,
  type ScheduleRecord,
  scheduleInputSchema,
  scheduleRecordSchema,
} from '../../../shared/records/schedule.ts';
import { validateRunSpec } from '../../../shared/runs/checks/validate-run-spec.ts';
import { runSpecInputSchema } from '../../../shared/spec/run-spec.ts';
import type { ApiDeps } from '../compose.ts';
import { showRecord } from '../http/answers.ts';
import { defineJsonBody } from '../http/body/define-json-body.ts';
import { defineCreate, defineDelete, defineReads, defineResource, defineUpdate } from '../http/define-resource.ts';
import { instantSchema } from '../http/schemas.ts';
import { runSpecBodySchema } from '../runs/schemas.ts';

const scheduleBodySchema = scheduleInputSchema
  .extend({ spec: runSpecBodySchema })
  .meta({ id: 'ScheduleInput', examples: [nightly] });

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
    create: ({ deps, tenantId, body }, { resourceId }) => createSchedule(deps, tenantId, body, resourceId),
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

/** Maximum size of a spec in bytes, so that a schedule fits in a DynamoDB item (400 KB). */
const maxSpecBytes = 300_000;

/** Stores a schedule if its spec is valid. Each run validates the spec again, as credentials may be deleted later. */
async function createSchedule(
  deps: ApiDeps,
  tenantId: string,
  input: ScheduleInput,
  scheduleId: string,
): Promise<ScheduleRecord> {
  const { name = null, cron = null, intervalMs = null, timeZone, spec } = input;
  const createdAtMs = deps.clock.nowMs();
  const timing = { cron, intervalMs, timeZone, createdAtMs };
  const invalid = await checkSpec(deps, tenantId, spec);
  refuse('INVALID_SPEC', [...checkTiming(timing), ...checkKeys(spec), ...invalid, ...checkSize(spec)]);
  const schedule: ScheduleRecord = {
    scheduleId,
    tenantId,
    name,
    ...timing,
    spec,
    paused: false,
    nextAtMs: findNextOccurrence(timing, createdAtMs),
    lastDueAtMs: null,
    lastRunId: null,
    lastFailure: null,
  };
  if (await deps.schedules.create(schedule)) return schedule;
  const earlier = await deps.schedules.get(tenantId, scheduleId);
  if (earlier === null)
    throw new Error(`Internal error: schedule ${scheduleId} could not be created, and it does not exist`);
  return earlier;
}

function checkTiming(timing: Pick<ScheduleRecord, 'cron' | 'intervalMs' | 'timeZone' | 'createdAtMs'>): Fault[] {
  const { cron, intervalMs, createdAtMs } = timing;
  const pointer = '/cron';
  if ((cron === null) === (intervalMs === null)) {
    const fault = cron === null ? 'is missing, and intervalMs is also missing' : 'cannot be combined with intervalMs';
    const remedy = 'Set either cron or intervalMs, not both: {"cron": "0 6 * * *"} or {"intervalMs": 3600000}';
    return [{ pointer, fault, remedy }];
  }
  if (cron === null) return [];
  try {
    openCron(timing);
    const remedy = 'Use a day and month that exist, such as "0 6 1 * *"';
    const isNever = findNextOccurrence(timing, createdAtMs) === null;
    return findFault(isNever, { pointer, fault: 'never matches an existing date', remedy });
  } catch (error) {
    if (!isTimeZone(timing.timeZone)) {
      const remedy = 'Use an IANA name such as Europe/Berlin, or UTC';
      return [{ pointer: '/timeZone', fault: 'is not a time zone', remedy }];
    }
    const reason = error instanceof Error ? error.message : 'unknown';
    const remedy = 'Use five fields (minute, hour, day of month, month, day of week), such as "30 6 * * 1-5"';
    return [{ pointer, fault: `is not a cron expression with five fields (${reason})`, remedy }];
  }
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Returns a fault for each API key in the spec: the first run of a schedule would delete the key when it ends. */
function checkKeys({ targets }: ScheduleInput['spec']): Fault[] {
  const fault = 'is deleted when a run ends, so the second run of the schedule would have no key';
  const remedy = 'Store the key with POST /v1/credentials, and use the returned credentialId';
  return targets.flatMap(({ apiKey }, index) =>
    findFault(apiKey !== undefined, { pointer: `/spec/targets/${index}/apiKey`, fault, remedy }),
  );
}

async function checkSpec(deps: ApiDeps, tenantId: string, spec: ScheduleInput['spec']): Promise<Fault[]> {
  try {
    await validateRunSpec(deps, tenantId, spec);
    return [];
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'INVALID_SPEC') throw error;
    return error.faults.map((fault) => ({ ...fault, pointer: `/spec${fault.pointer}` }));
  }
}

function checkSize(spec: ScheduleInput['spec']): Fault[] {
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  const remedy = `Use at most ${maxSpecBytes} bytes. Upload long prompts as a dataset.`;
  return findFault(bytes > maxSpecBytes, { pointer: '/spec', fault: `is ${bytes} bytes`, remedy });
}
