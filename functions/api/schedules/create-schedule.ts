import { AppError, type Fault } from '../../../shared/errors/app-error.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import { nextOccurrence, openCron } from '../../../shared/records/occurrences.ts';
import type { ScheduleInput, ScheduleRecord } from '../../../shared/records/schedule.ts';
import { validateRunSpec } from '../../../shared/runs/checks/validate-run-spec.ts';
import type { ApiDeps } from '../compose.ts';

/** Within a DynamoDB item's 400 KB, with room for the rest of the schedule. */
const maxSpecBytes = 300_000;

/**
 * Stores a spec that is run on a schedule. The spec is checked now and again by each run, since a credential, a dataset or
 * a price book entry may be gone by then.
 * @throws AppError INVALID_SPEC with one fault per thing wrong
 */
export async function createSchedule(
  deps: ApiDeps,
  tenantId: string,
  input: ScheduleInput,
  scheduleId: string,
): Promise<ScheduleRecord> {
  const { cron = null, intervalMs = null, timeZone, spec } = input;
  const createdAtMs = deps.clock.nowMs();
  const timing = { cron, intervalMs, timeZone, createdAtMs };
  const bytes = Buffer.byteLength(JSON.stringify(spec));
  refuse('INVALID_SPEC', [
    ...checkTiming(timing),
    ...checkKeys(spec),
    ...(await checkSpec(deps, tenantId, spec)),
    ...(bytes <= maxSpecBytes ? [] : [{ pointer: '/spec', fault: `is ${bytes} bytes`, remedy: tooLargeRemedy }]),
  ]);
  const schedule: ScheduleRecord = {
    scheduleId,
    tenantId,
    name: input.name ?? null,
    ...timing,
    spec,
    paused: false,
    nextAtMs: nextOccurrence(timing, createdAtMs),
    lastDueAtMs: null,
    lastRunId: null,
    lastFailure: null,
  };
  if (await deps.schedules.create(schedule)) return schedule;
  const earlier = await deps.schedules.get(tenantId, scheduleId);
  if (earlier === null) throw new Error(`Schedule ${scheduleId} was neither created nor found`);
  return earlier;
}

const tooLargeRemedy = `Keep it within ${maxSpecBytes} bytes; prompts beyond that go into a dataset`;

function checkTiming(timing: Pick<ScheduleRecord, 'cron' | 'intervalMs' | 'timeZone' | 'createdAtMs'>): Fault[] {
  const { cron, intervalMs, createdAtMs } = timing;
  if ((cron === null) === (intervalMs === null))
    return [
      {
        pointer: '/cron',
        fault: cron === null ? 'is missing, and intervalMs too' : 'stands beside intervalMs',
        remedy: 'Give one of the two: {"cron": "0 6 * * *"} or {"intervalMs": 3600000}',
      },
    ];
  if (cron === null) return [];
  try {
    openCron(timing);
    if (nextOccurrence(timing, createdAtMs) !== null) return [];
    return [{ pointer: '/cron', fault: 'is never due', remedy: 'Name a day that comes, such as "0 6 1 * *"' }];
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    const isZone = isTimeZone(timing.timeZone);
    return [
      isZone
        ? {
            pointer: '/cron',
            fault: `is no cron expression of five fields (${reason})`,
            remedy: 'Give minute, hour, day of the month, month and day of the week, such as "30 6 * * 1-5"',
          }
        : {
            pointer: '/timeZone',
            fault: 'is no time zone',
            remedy: 'Give an IANA name, such as Europe/Berlin, or UTC',
          },
    ];
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

/** Refuses keys in the spec: such a key is deleted with its run, and cannot serve the next one. */
function checkKeys({ targets }: ScheduleInput['spec']): Fault[] {
  return targets.flatMap(({ apiKey }, index) =>
    apiKey === undefined
      ? []
      : [
          {
            pointer: `/spec/targets/${index}/apiKey`,
            fault: 'is gone when its run has ended, and a schedule has many',
            remedy: 'Store the key with POST /v1/credentials, and give its credentialId',
          },
        ],
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
