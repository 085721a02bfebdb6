import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { GCProfiler } from 'node:v8';
import type { PhaseNote } from '../instrument.ts';

const resolutionMs = 10;
/** Interval in ms at which the profiler is emptied, because it stores several kilobytes per garbage collection. */
const emptyEveryMs = 1_000;

type Shares = 'cpuWaitShare' | 'cpuStealShare' | 'machineCpuUse';

export type Health = Pick<PhaseNote, 'eventLoopDelayP99Ms' | 'eventLoopDelayMaxMs' | 'cpuUse' | Shares | 'gcMaxMs'>;

/**
 * Watches this thread's event-loop delay, its CPU use, and how long it waits for a CPU. Returns a function that ends
 * the watch and returns the results. During the load, the watch runs only two timers.
 */
export function watchHealth(): () => Health {
  const pressure = readCpuPressure();
  const endCollector = watchCollector();
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  const threadCpu = process.threadCpuUsage();
  const startMs = performance.now();
  histogram.enable();
  return () => {
    histogram.disable();
    const elapsedUs = Math.max(1, (performance.now() - startMs) * 1_000);
    const spent = ({ user, system }: NodeJS.CpuUsage) => (user + system) / elapsedUs;
    // The histogram records the time between ticks. The part above the tick interval is the event-loop delay.
    const delayMs = (ns: number) => (histogram.count === 0 ? null : Math.max(0, ns / 1e6 - resolutionMs));
    return {
      eventLoopDelayP99Ms: delayMs(histogram.percentile(99)),
      eventLoopDelayMaxMs: delayMs(histogram.max),
      cpuUse: spent(process.threadCpuUsage(threadCpu)),
      ...computeShares(pressure, readCpuPressure()),
      gcMaxMs: endCollector(),
    };
  };
}

function computeShares(before: CpuPressure | null, now: CpuPressure | null): Pick<Health, Shares> {
  if (before === null || now === null) return { cpuWaitShare: null, cpuStealShare: null, machineCpuUse: null };
  const waitedNs = now.waitedNs - before.waitedNs;
  const share = (part: number, all: number) => (all > 0 ? part / all : null);
  return {
    cpuWaitShare: share(waitedNs, waitedNs + now.ranNs - before.ranNs),
    cpuStealShare: share(now.stolenTicks - before.stolenTicks, now.allTicks - before.allTicks),
    machineCpuUse: share(now.usedTicks - before.usedTicks, now.allTicks - before.allTicks),
  };
}

/**
 * Watches this thread's garbage-collection pauses. Returns a function that ends the watch and returns the longest pause
 * in ms (0 if there was none). Uses V8's profiler, because a `PerformanceObserver` would run JavaScript at each
 * collection and can outlive its thread.
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

/** CPU times from the Linux kernel, as totals since a fixed time. */
export type CpuPressure = {
  /** This thread, in nanoseconds: time running on a CPU (`ranNs`), and time ready to run but waiting for a CPU. */
  ranNs: number;
  waitedNs: number;
  /** Whole machine, in clock ticks: all CPU time, busy time, and steal (CPU time that went to other machines). */
  allTicks: number;
  usedTicks: number;
  stolenTicks: number;
};

/** Reads the CPU times from `/proc`. Returns null on systems other than Linux. */
export function readCpuPressure(): CpuPressure | null {
  try {
    const [ranNs = Number.NaN, waitedNs = Number.NaN] = readNumbers('/proc/thread-self/schedstat');
    // The columns are user, nice, system, idle, iowait, irq, softirq, steal; user and nice include guest time.
    const ticks = readNumbers('/proc/stat').slice(1, 9);
    const allTicks = ticks.reduce((sum, value) => sum + value, 0);
    const [, , , idleTicks = Number.NaN, ioWaitTicks = Number.NaN, , , stolenTicks = Number.NaN] = ticks;
    const pressure = { ranNs, waitedNs, allTicks, usedTicks: allTicks - idleTicks - ioWaitTicks, stolenTicks };
    return Object.values(pressure).every(Number.isFinite) ? pressure : null;
  } catch {
    return null;
  }
}

/** Reads the words of a file's first line as numbers. */
function readNumbers(path: string): number[] {
  const [line = ''] = readFileSync(path, 'latin1').split('\n', 1);
  return line.trim().split(/\s+/).map(Number);
}
