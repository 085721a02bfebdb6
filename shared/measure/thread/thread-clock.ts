/** Pairs of reads in `measureMonotonicOffsetMs`. */
const tries = 32;
/** The longest time after which `scheduleLastStart` reads the wall clock again. */
const maxWaitMs = 3_600_000;

/** The thread's own time: ms with microsecond digits since the session's origin. */
export type ThreadClock = {
  nowMs(): number;
  /** Runs the task at the instant or soon after, never before; returns what calls it off. */
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
      // A timer counts from the start of the loop's turn, not from now: after a long turn it fires early.
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

/**
 * What to add to this thread's `performance.now()` for the machine's monotonic clock, in ms (since boot, on Linux). Each
 * thread and process counts `performance.now()` from an origin of its own; the clock below is one for all of them. Both are
 * read in turn, and the pair of reads that was least interrupted counts: it is right to less than a microsecond.
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
