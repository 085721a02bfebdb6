import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PhaseNote } from '../instrument.ts';
import { type CpuPressure, readCpuPressure } from './read-cpu-pressure.ts';
import { watchCollector } from './watch-collector.ts';

const resolutionMs = 10;

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
      ...sharesSince(pressure, readCpuPressure()),
      gcMaxMs: endCollector(),
    };
  };
}

function sharesSince(before: CpuPressure | null, now: CpuPressure | null): Pick<Health, Shares> {
  if (before === null || now === null) return { cpuWaitShare: null, cpuStealShare: null, machineCpuUse: null };
  const waitedNs = now.waitedNs - before.waitedNs;
  const share = (part: number, all: number) => (all > 0 ? part / all : null);
  return {
    cpuWaitShare: share(waitedNs, waitedNs + now.ranNs - before.ranNs),
    cpuStealShare: share(now.stolenTicks - before.stolenTicks, now.allTicks - before.allTicks),
    machineCpuUse: share(now.usedTicks - before.usedTicks, now.allTicks - before.allTicks),
  };
}
