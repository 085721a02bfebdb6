import type { RunRecord } from '../records/records.ts';

/**
 * Longest gap in ms between two checks of a run that counts as active time: twice the longest interval of the
 * supervisor. A longer gap means that the service was down or the clock was set forward.
 */
export const maxGapMs = 120_000;

/**
 * Computes for how many milliseconds a run has been active, for `limits.maxDurationMs`. Of each gap in which nothing
 * checked the run, counts at most `maxGapMs`. A clock that was set back adds nothing, and the wait for workers neither.
 * Runs that version 0.1.0 started do not store their active time, so all time since their start counts.
 */
export function measureActiveMs(
  run: Pick<RunRecord, 'startedAtMs' | 'activeMs' | 'activeAtMs' | 'waitingSinceMs'>,
  nowMs: number,
): number {
  if (run.startedAtMs === null) return 0;
  if (run.activeAtMs === null) return nowMs - run.startedAtMs;
  const untilMs = Math.min(nowMs, run.waitingSinceMs ?? nowMs);
  return run.activeMs + Math.min(maxGapMs, Math.max(0, untilMs - run.activeAtMs));
}

/** Returns the changes after which a run that has waited for workers is active again. */
export function startActiveTime(run: RunRecord, nowMs: number): Partial<RunRecord> {
  return run.activeAtMs === null ? {} : { activeMs: measureActiveMs(run, nowMs), activeAtMs: nowMs };
}
