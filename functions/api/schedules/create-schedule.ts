import { AppError, type Fault, findFault, refuse } from '../../../shared/errors/app-error.ts';
import { findNextOccurrence, openCron } from '../../../shared/records/find-occurrences.ts';
import type { ScheduleInput, ScheduleRecord } from '../../../shared/records/schedule.ts';
import { validateRunSpec } from '../../../shared/runs/checks/validate-run-spec.ts';
import type { ApiDeps } from '../compose.ts';

/** Keeps the schedule within the 400 KB limit of a DynamoDB item. */
const maxSpecBytes = 300_000;

/** Stores a schedule with a valid spec. Each run validates the spec again, because its credentials may be deleted. */
export async function createSchedule(
  deps: ApiDeps,
  tenantId: string,
  input: ScheduleInput,
  scheduleId: string,
): Promise<ScheduleRecord> {
  const { name = null, cron = null, intervalMs = null, timeZone, spec } = input;
  const createdAtMs = deps.clock.nowMs();
  const timing = { cron, intervalMs, timeZone, createdAtMs };
  refuse('INVALID_SPEC', [
    ...checkTiming(timing),
    ...checkKeys(spec),
    ...(await checkSpec(deps, tenantId, spec)),
    ...checkSize(spec),
  ]);
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
  if (earlier === null) throw new Error(`Schedule ${scheduleId} was neither created nor found`);
  return earlier;
}

function checkTiming(timing: Pick<ScheduleRecord, 'cron' | 'intervalMs' | 'timeZone' | 'createdAtMs'>): Fault[] {
  const { cron, intervalMs, createdAtMs } = timing;
  const pointer = '/cron';
  if ((cron === null) === (intervalMs === null)) {
    const fault = cron === null ? 'is missing, and intervalMs is also missing' : 'cannot be combined with intervalMs';
    return [{ pointer, fault, remedy: 'Use one of the two: {"cron": "0 6 * * *"} or {"intervalMs": 3600000}' }];
  }
  if (cron === null) return [];
  try {
    openCron(timing);
    const remedy = 'Use a date that exists, such as "0 6 1 * *"';
    const isNever = findNextOccurrence(timing, createdAtMs) === null;
    return findFault(isNever, { pointer, fault: 'never matches a date', remedy });
  } catch (error) {
    if (!isTimeZone(timing.timeZone)) {
      const remedy = 'Use an IANA name such as Europe/Berlin, or UTC';
      return [{ pointer: '/timeZone', fault: 'is not a time zone', remedy }];
    }
    const reason = error instanceof Error ? error.message : 'unknown';
    const remedy = 'Use minute, hour, day of month, month and day of week, such as "30 6 * * 1-5"';
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

/** Rejects API keys in the spec: a run deletes its key when it finishes, so the next run would have none. */
function checkKeys({ targets }: ScheduleInput['spec']): Fault[] {
  const fault = 'would be deleted after the first run of the schedule';
  const remedy = 'Store the key with POST /v1/credentials and use its credentialId';
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
