import { cpus, loadavg, release, totalmem } from 'node:os';

/** The machine and the moment, in a few lines of Markdown. */
export function describeMachine(now: Date): string {
  const [processor] = cpus();
  const gibibytes = Math.round(totalmem() / 1_024 ** 3);
  return [
    `- Date: ${now.toISOString()}`,
    `- Machine: ${cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${gibibytes} GiB`,
    `- Kernel: Linux ${release()}; Node ${process.version}`,
    `- Load average at the start (1, 5, 15 minutes): ${loadavg()
      .map((value) => value.toFixed(2))
      .join(', ')}`,
  ].join('\n');
}
