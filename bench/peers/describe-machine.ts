import { cpus, release, totalmem } from 'node:os';

/** Describes the machine in Markdown. */
export function describeMachine(): string {
  const [processor] = cpus();
  const gibibytes = Math.round(totalmem() / 1_024 ** 3);
  return [
    `- Machine: ${cpus().length} × ${processor?.model.trim() ?? 'unknown processor'}, ${gibibytes} GiB`,
    `- Kernel: Linux ${release()}; Node ${process.version}`,
  ].join('\n');
}
