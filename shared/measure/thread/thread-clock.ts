/** Number of times that `measureMonotonicOffsetMs` compares the two clocks. */
const tries = 32;
/** Maximum time in ms until a task looks at the clock again. A Node timer of more than 24 days would fire at once. */
const maxWaitMs = 3_600_000;

/** The thread's clock, in ms since the session's origin, with microsecond digits. */
export type ThreadClock = {
  nowMs(): number;
  /** Runs the task at the given time or soon afterwards, never earlier. Returns a function that cancels the task. */
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
        else timer = setTimeout(fire, Math.min(Math.ceil(waitMs), maxWaitMs));
      };
      // A Node timer starts from the beginning of the event-loop turn, so it fires too early if that turn was long.
      const fire = () => (nowMs() < atMs ? arm() : task());
      arm();
      return () => {
        if (timer !== null) clearTimeout(timer);
        if (immediate !== null) clearImmediate(immediate);
      };
    },
  };
}

/** Stops a load at a Unix time in ms. Reads the wall clock at least hourly. Returns a function to cancel the stop. */
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
 * Measures the offset in ms from this thread's `performance.now()` to the machine's monotonic clock (since boot on
 * Linux). Reads both clocks several times and keeps the fastest pair, which is accurate to less than a microsecond.
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
