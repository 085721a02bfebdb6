import { monitorEventLoopDelay } from 'node:perf_hooks';
import { GCProfiler } from 'node:v8';
import type { PhaseNote } from '../instrument.ts';
import { type CpuPressure, readCpuPressure } from './read-cpu-pressure.ts';

const resolutionMs = 10;
/** The profiler keeps some kilobytes for each collection: it is emptied this often. */
const emptyEveryMs = 1_000;

type Shares = 'cpuWaitShare' | 'cpuStealShare' | 'machineCpuUse';

export type Health = Pick<PhaseNote, 'eventLoopDelayP99Ms' | 'eventLoopDelayMaxMs' | 'cpuUse' | Shares | 'gcMaxMs'>;

/**
 * Watches how late this thread's event loop runs, how busy the thread is and how long it waits for a CPU;
 * returns what ends it. Nothing of it costs anything while the load runs but two timers.
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
    // The histogram holds the times from one tick to the next; what is over the tick's length is delay.
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
