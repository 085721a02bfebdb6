/** Pairs of reads in `measureMonotonicOffsetMs`. */
const tries = 32;
/** The longest time after which `scheduleLastStart` reads the wall clock again. */
const maxWaitMs = 3_600_000;

/** The thread's clock, in ms (microsecond digits) since the session's origin. */
export type ThreadClock = {
  nowMs(): number;
  /** Runs the task at the given time or soon after, never before; returns a function that cancels it. */
  schedule(atMs: number, task: () => void): () => void;
};

export function createThreadClock(originMs: number): ThreadClock {
  const nowMs = () => performance.now() - originMs;
  return {
    nowMs,
    schedule: (atMs, task) => {
      let timer: NodeJS.Timeout | null = null;
      let immediate: NodeJS.Immediate | null = null;
      const arm = () => {
        const waitMs = atMs - nowMs();
        if (waitMs <= 0) immediate = setImmediate(task);
        else timer = setTimeout(fire, Math.ceil(waitMs));
      };
      // A timer counts from the start of the loop's turn, so it fires early after a long turn.
      const fire = () => (nowMs() < atMs ? arm() : task());
      arm();
      return () => {
        if (timer !== null) clearTimeout(timer);
        if (immediate !== null) clearImmediate(immediate);
      };
    },
  };
}

/**
 * Stops a load at a wall-clock time, which it reads again at least hourly; returns a function that cancels the stop.
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

/**
 * Measures the offset from this thread's `performance.now()` to the machine's monotonic clock (since boot on Linux), in
 * ms. Keeps the least interrupted of several pairs of reads, which is accurate to less than a microsecond.
 */
export function measureMonotonicOffsetMs(): number {
  let bestNs = Number.POSITIVE_INFINITY;
  let offsetMs = 0;
  for (let k = 0; k < tries; k++) {
    const beforeNs = process.hrtime.bigint();
    const nowMs = performance.now();
    const tookNs = Number(process.hrtime.bigint() - beforeNs);
    if (tookNs >= bestNs) continue;
    bestNs = tookNs;
    offsetMs = (Number(beforeNs) + tookNs / 2) / 1e6 - nowMs;
  }
  return offsetMs;
}
