import { Cron } from 'croner';
import type { ScheduleTiming } from './schedule.ts';

/** Returns the schedule's first due time after `afterMs`, in ms since 1970. Returns null if no due time is left. */
export function findNextOccurrence(timing: ScheduleTiming, afterMs: number): number | null {
  const { cron, intervalMs, createdAtMs } = timing;
  if (cron !== null) return openCron(timing).nextRun(new Date(afterMs))?.getTime() ?? null;
  if (intervalMs === null) return null;
  const passed = Math.max(0, Math.floor((afterMs - createdAtMs) / intervalMs));
  return createdAtMs + (passed + 1) * intervalMs;
}

/** Returns the latest due time up to `nowMs`, but at least `dueAtMs`. Skips missed times. Times are ms since 1970. */
export function findLatestOccurrence(timing: ScheduleTiming, dueAtMs: number, nowMs: number): number {
  const { cron, intervalMs, createdAtMs } = timing;
  if (cron !== null) {
    // The library excludes the reference time itself, so the reference is the next whole second.
    const reference = new Date(Math.floor(nowMs / 1_000) * 1_000 + 1_000);
    const [latest] = openCron(timing).previousRuns(1, reference);
    return Math.max(dueAtMs, latest?.getTime() ?? dueAtMs);
  }
  if (intervalMs === null) return dueAtMs;
  return Math.max(dueAtMs, createdAtMs + Math.floor((nowMs - createdAtMs) / intervalMs) * intervalMs);
}

/** Creates the parser of a cron expression. @throws Error that describes an invalid expression or time zone */
export function openCron({ cron, timeZone }: Pick<ScheduleTiming, 'cron' | 'timeZone'>): Cron {
  return new Cron(cron ?? '', { mode: '5-part', timezone: timeZone, paused: true });
}
