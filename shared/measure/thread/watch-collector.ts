import { PerformanceObserver } from 'node:perf_hooks';

/** Watches this thread's garbage collector; returns what ends it and tells the longest pause (ms; 0: none). */
export function watchCollector(): () => number {
  let maxMs = 0;
  const note = (pauses: readonly { duration: number }[]) => {
    for (const { duration } of pauses) maxMs = Math.max(maxMs, duration);
  };
  const observer = new PerformanceObserver((list) => note(list.getEntries()));
  observer.observe({ entryTypes: ['gc'] });
  return () => {
    note(observer.takeRecords());
    observer.disconnect();
    return maxMs;
  };
}
