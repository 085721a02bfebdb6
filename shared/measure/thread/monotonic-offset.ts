const tries = 32;

/**
 * What to add to this thread's `performance.now()` for the machine's monotonic clock, in ms (since boot, on Linux). Each
 * thread and process counts `performance.now()` from an origin of its own; the clock below is one for all of them. Both are
 * read in turn, and the pair of reads that was least interrupted counts: it is right to less than a microsecond.
 */
export function monotonicOffsetMs(): number {
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
