import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { PhaseNote } from '../instrument.ts';

const resolutionMs = 10;

export type Health = Pick<PhaseNote, 'eventLoopDelayP99Ms' | 'eventLoopDelayMaxMs' | 'cpuUse'>;

/** Watches how late this thread's event loop runs and how busy the thread is; returns what ends it. */
export function watchHealth(): () => Health {
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
    };
  };
}
