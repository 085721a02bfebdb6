import { Cron } from 'croner';
import type { ScheduleTiming } from './schedule.ts';

/** The first instant after `afterMs` at which a schedule is due; null where there is none. */
export function findNextOccurrence(timing: ScheduleTiming, afterMs: number): number | null {
  const { cron, intervalMs, createdAtMs } = timing;
  if (cron !== null) return openCron(timing).nextRun(new Date(afterMs))?.getTime() ?? null;
  if (intervalMs === null) return null;
  const passed = Math.max(0, Math.floor((afterMs - createdAtMs) / intervalMs));
  return createdAtMs + (passed + 1) * intervalMs;
}

/**
 * The last instant up to and including `nowMs` at which a schedule was due, given that it was due at `dueAtMs`: where
 * several were missed, only this one counts.
 */
export function findLatestOccurrence(timing: ScheduleTiming, dueAtMs: number, nowMs: number): number {
  const { cron, intervalMs, createdAtMs } = timing;
  if (cron !== null) {
    // Runs are due at whole seconds, and the library gives those before a reference: the next second's are not among them.
    const reference = new Date(Math.floor(nowMs / 1_000) * 1_000 + 1_000);
    const [latest] = openCron(timing).previousRuns(1, reference);
    return Math.max(dueAtMs, latest?.getTime() ?? dueAtMs);
  }
  if (intervalMs === null) return dueAtMs;
  return Math.max(dueAtMs, createdAtMs + Math.floor((nowMs - createdAtMs) / intervalMs) * intervalMs);
}

/** @throws Error that says what is wrong with the expression or the time zone */
export function openCron({ cron, timeZone }: Pick<ScheduleTiming, 'cron' | 'timeZone'>): Cron {
  return new Cron(cron ?? '', { mode: '5-part', timezone: timeZone, paused: true });
}
