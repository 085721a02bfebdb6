import { readCpuPressure } from '../../shared/measure/thread/read-cpu-pressure.ts';

const everyMs = 250;

export type Watched = { processCpuUs: number; wallMs: number; maxRssBytes: number; machineCpuUse: number | null };

/** CPU and memory of this process from now on, and of the machine's CPU time what is in use; returns what ends the watch. */
export function watchProcess(): () => Watched {
  let maxRssBytes = process.memoryUsage.rss();
  const look = () => {
    maxRssBytes = Math.max(maxRssBytes, process.memoryUsage.rss());
  };
  // A watch that nobody ends must not keep its process alive.
  const timer = setInterval(look, everyMs).unref();
  const cpu = process.cpuUsage();
  const before = readCpuPressure();
  const startMs = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const wallMs = performance.now() - startMs;
    clearInterval(timer);
    look();
    const now = readCpuPressure();
    const machineCpuUse =
      before === null || now === null ? null : (now.usedTicks - before.usedTicks) / (now.allTicks - before.allTicks);
    return { processCpuUs: user + system, wallMs, maxRssBytes, machineCpuUse };
  };
}
