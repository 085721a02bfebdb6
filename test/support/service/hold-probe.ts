/**
 * Measures the longest time in ms for which this thread's event loop ran without a pause: the CPU time of the thread
 * between two calls of a timer of 1 ms. CPU time, unlike elapsed time, does not grow when the machine is busy.
 */
export function startHoldProbe() {
  let lastMs = readCpuMs();
  let longestMs = 0;
  const timer = setInterval(() => {
    const nowMs = readCpuMs();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
  }, 1);
  timer.unref();
  return {
    /** Returns the longest time since the last call. */
    read: (): number => {
      const foundMs = longestMs;
      longestMs = 0;
      return foundMs;
    },
  };
}

function readCpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}
