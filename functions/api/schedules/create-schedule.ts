import { AppError, type Fault } from '../../../shared/errors/app-error.ts';
import { refuse } from '../../../shared/errors/refuse.ts';
import { findNextOccurrence, openCron } from '../../../shared/records/find-occurrences.ts';
import type { ScheduleInput, ScheduleRecord } from '../../../shared/records/schedule.ts';
import { validateRunSpec } from '../../../shared/runs/checks/validate-run-spec.ts';
import type { ApiDeps } from '../compose.ts';

/** Keeps the schedule within the 400 KB limit of a DynamoDB item. */
const maxSpecBytes = 300_000;

/**
 * Stores a spec and its schedule. Validates the spec now; each run validates it again, because its credentials, dataset
 * or prices may be deleted.
 * @throws AppError INVALID_SPEC with all faults
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

const tooLargeRemedy = `Use at most ${maxSpecBytes} bytes. Upload long prompts as a dataset.`;

function checkTiming(timing: Pick<ScheduleRecord, 'cron' | 'intervalMs' | 'timeZone' | 'createdAtMs'>): Fault[] {
  const { cron, intervalMs, createdAtMs } = timing;
  if ((cron === null) === (intervalMs === null))
    return [
      {
        pointer: '/cron',
        fault: cron === null ? 'is missing, and intervalMs is also missing' : 'cannot be combined with intervalMs',
        remedy: 'Use one of the two: {"cron": "0 6 * * *"} or {"intervalMs": 3600000}',
      },
    ];
  if (cron === null) return [];
  try {
    openCron(timing);
    if (findNextOccurrence(timing, createdAtMs) !== null) return [];
    return [{ pointer: '/cron', fault: 'never matches a date', remedy: 'Use a date that exists, such as "0 6 1 * *"' }];
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    const isZone = isTimeZone(timing.timeZone);
    return [
      isZone
        ? {
            pointer: '/cron',
            fault: `is not a cron expression with five fields (${reason})`,
            remedy: 'Use minute, hour, day of month, month and day of week, such as "30 6 * * 1-5"',
          }
        : {
            pointer: '/timeZone',
            fault: 'is not a time zone',
            remedy: 'Use an IANA name such as Europe/Berlin, or UTC',
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

/** Rejects API keys in the spec: a run deletes its key when it finishes, so the next run would have none. */
function checkKeys({ targets }: ScheduleInput['spec']): Fault[] {
  return targets.flatMap(({ apiKey }, index) =>
    apiKey === undefined
      ? []
      : [
          {
            pointer: `/spec/targets/${index}/apiKey`,
            fault: 'would be deleted after the first run of the schedule',
            remedy: 'Store the key with POST /v1/credentials and use its credentialId',
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
