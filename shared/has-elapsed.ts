/**
 * Returns whether an interval has passed since an instant of the wall clock. An instant that is more than an interval
 * ahead was stored before the clock was set back. It counts as passed, because waiting for it could take hours.
 */
export function hasElapsed(sinceMs: number, intervalMs: number, nowMs: number): boolean {
  const elapsedMs = nowMs - sinceMs;
  return elapsedMs >= intervalMs || elapsedMs < -intervalMs;
}
