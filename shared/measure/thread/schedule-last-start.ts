import type { ThreadClock } from './thread-clock.ts';

const maxWaitMs = 3_600_000;

/**
 * Stops a load once no request may start any more. The instant is on the wall clock, which alone says when it has come:
 * it is looked at again after an hour at most, since it may be set meanwhile. Returns what calls it off.
 */
export function scheduleLastStart(clock: ThreadClock, lastStartAtMs: number | null, stop: () => void): () => void {
  if (lastStartAtMs === null) return () => {};
  let callOff = () => {};
  const look = () => {
    const leftMs = lastStartAtMs - Date.now();
    if (leftMs >= 0) callOff = clock.schedule(clock.nowMs() + Math.min(leftMs + 1, maxWaitMs), look);
    else stop();
  };
  look();
  return () => callOff();
}
