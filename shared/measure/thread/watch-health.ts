import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PhaseNote } from '../instrument.ts';
import { type CpuPressure, readCpuPressure } from './read-cpu-pressure.ts';

const resolutionMs = 10;

export type Health = Pick<
  PhaseNote,
  'eventLoopDelayP99Ms' | 'eventLoopDelayMaxMs' | 'cpuUse' | 'cpuWaitShare' | 'cpuStealShare' | 'gcMaxMs'
>;

/**
 * Watches how late this thread's event loop runs, how busy the thread is and how long it waits for a CPU;
 * returns what ends it. Nothing of it costs anything while the load runs but one timer.
 */
export function watchHealth(): () => Health {
  const pressure = readCpuPressure();
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
      // Not watched: an observer of the collector that is active when a thread is ended can take the process along.
      gcMaxMs: null,
    };
  };
}

function sharesSince(
  before: CpuPressure | null,
  now: CpuPressure | null,
): Pick<Health, 'cpuWaitShare' | 'cpuStealShare'> {
  if (before === null || now === null) return { cpuWaitShare: null, cpuStealShare: null };
  const waitedNs = now.waitedNs - before.waitedNs;
  const share = (part: number, all: number) => (all > 0 ? part / all : null);
  return {
    cpuWaitShare: share(waitedNs, waitedNs + now.ranNs - before.ranNs),
    cpuStealShare: share(now.stolenTicks - before.stolenTicks, now.allTicks - before.allTicks),
  };
}
