import type { RunRecord } from '../records/records.ts';

/**
 * Longest gap in ms between two checks of a run that counts as active time: twice the longest interval of the
 * supervisor. A longer gap means that the service was down or the clock was set forward.
 */
export const maxGapMs = 120_000;

/**
 * Computes for how many milliseconds a run has been active, for `limits.maxDurationMs`. Of each gap in which nothing
 * checked the run, counts at most `maxGapMs`. A clock that was set back adds nothing. Runs that version 0.1.0 started
 * do not store their active time, so all time since their start counts.
 */
export function measureActiveMs(
  run: Pick<RunRecord, 'startedAtMs' | 'activeMs' | 'activeAtMs'>,
  nowMs: number,
): number {
  if (run.startedAtMs === null) return 0;
  if (run.activeAtMs === null) return nowMs - run.startedAtMs;
  return run.activeMs + Math.min(maxGapMs, Math.max(0, nowMs - run.activeAtMs));
}
