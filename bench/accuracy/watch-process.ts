const everyMs = 250;

/** CPU and memory of this process from now on; returns what ends the watch and tells them. */
export function watchProcess(): () => { processCpuUs: number; maxRssBytes: number } {
  let maxRssBytes = process.memoryUsage.rss();
  const look = () => {
    maxRssBytes = Math.max(maxRssBytes, process.memoryUsage.rss());
  };
  const timer = setInterval(look, everyMs);
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    clearInterval(timer);
    look();
    return { processCpuUs: user + system, maxRssBytes };
  };
}
