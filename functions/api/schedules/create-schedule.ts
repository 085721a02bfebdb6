import { AppError, type Fault, findFault, throwFaults } from '../../../shared/errors/app-error.ts';
import { findNextOccurrence, openCron } from '../../../shared/records/find-occurrences.ts';
import type { ScheduleInput, ScheduleRecord, ScheduleTiming } from '../../../shared/records/schedule.ts';
import { validateRunSpec } from '../../../shared/runs/checks/validate-run-spec.ts';
import type { Caller } from '../http/define-endpoint.ts';

/** Maximum size of a spec in bytes, so that a schedule fits in a DynamoDB item (400 KB). */
const maxSpecBytes = 300_000;

/** Stores a schedule if its spec is valid. Each run validates the spec again, as credentials may be deleted later. */
export async function createSchedule(
  caller: Caller,
  input: ScheduleInput,
  scheduleId: string,
): Promise<ScheduleRecord> {
  const { deps, tenantId } = caller;
  const { name = null, cron = null, intervalMs = null, timeZone, spec } = input;
  const createdAtMs = deps.clock.nowMs();
  const timing = { cron, intervalMs, timeZone, createdAtMs };
  const invalid = await checkSpec(caller, spec);
  throwFaults('INVALID_SPEC', [...checkTiming(timing), ...checkKeys(spec), ...invalid, ...checkSize(spec)]);
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

function checkTiming(timing: ScheduleTiming): Fault[] {
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

/** Returns a fault for each secret in the spec, because the end of the first run would delete the secret. */
function checkKeys({ targets }: ScheduleInput['spec']): Fault[] {
  const fault = 'is deleted when a run ends, so the second run of the schedule would not have it';
  const remedy = 'Store the secrets with POST /v1/credentials, and use the returned credentialId';
  const fields = ['apiKey', 'secretHeaders', 'clientKey'] as const;
  return targets.flatMap((target, index) =>
    fields.flatMap((field) =>
      findFault(target[field] !== undefined, { pointer: `/spec/targets/${index}/${field}`, fault, remedy }),
    ),
  );
}

async function checkSpec({ deps, tenantId }: Caller, spec: ScheduleInput['spec']): Promise<Fault[]> {
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
