import { GCProfiler } from 'node:v8';

/** The profiler keeps some kilobytes for each collection: it is emptied this often. */
const emptyEveryMs = 1_000;

/**
 * Watches the pauses of this thread's garbage collector; returns what ends it and tells the longest one in ms (0: there was
 * none). By V8's own account: no JavaScript runs for a collection, as it would for a `PerformanceObserver`, which may
 * then find its thread at its end.
 */
export function watchCollector(): () => number {
  let profiler = startProfiler();
  let longestUs = 0;
  const empty = () => {
    for (const { cost } of profiler.stop()?.statistics ?? []) longestUs = Math.max(longestUs, cost);
  };
  const timer = setInterval(() => {
    empty();
    profiler = startProfiler();
  }, emptyEveryMs).unref();
  return () => {
    clearInterval(timer);
    empty();
    return longestUs / 1_000;
  };
}

function startProfiler(): GCProfiler {
  const profiler = new GCProfiler();
  profiler.start();
  return profiler;
}
