import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ToolCommand } from './tool.ts';
import { type CpuReading, watchCpu } from './watch-cpu.ts';

const wrapper = fileURLToPath(new URL('./python/run-measured.py', import.meta.url));
const usageSchema = z.object({
  exitCode: z.number(),
  wallSeconds: z.number(),
  userSeconds: z.number(),
  systemSeconds: z.number(),
});

export type CommandUse = {
  wallSeconds: number;
  /** User and system time of the command and all that descended from it, from its start to its end. */
  cpuSeconds: number;
  /** The same while it ran. */
  readings: CpuReading[];
};

/**
 * Runs a tool to its end, measuring the CPU of its whole process tree. What it writes goes to `output.txt` in `dir`. The
 * environment is only what is given: no tool behaves otherwise for what a shell happens to export.
 * @throws Error with the end of what it wrote, where it fails, is not done within the limit, or was aborted
 */
export async function runCommand(
  { command, args, environment = {} }: ToolCommand,
  { dir, python, limitMs, signal }: { dir: string; python: string; limitMs: number; signal: AbortSignal },
): Promise<CommandUse> {
  const outputFile = join(dir, 'output.txt');
  const usageFile = join(dir, 'usage.json');
  const output = openSync(outputFile, 'w');
  const child = spawn(python, [wrapper, usageFile, command, ...args], {
    cwd: dir,
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: dir, LANG: 'C.UTF-8', ...environment },
    stdio: ['ignore', output, output],
    // A process group of its own, so that all of it can be ended.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${python} did not start`);
  const watch = watchCpu(pid);
  const end = () => process.kill(-pid, 'SIGKILL');
  const overdue = setTimeout(end, limitMs);
  signal.addEventListener('abort', end);
  const [exitCode] = await once(child, 'exit');
  clearTimeout(overdue);
  signal.removeEventListener('abort', end);
  const readings = watch.stop();
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}. ${endOf(outputFile)}`);
  const usage = usageSchema.parse(JSON.parse(readFileSync(usageFile, 'utf8')));
  return { wallSeconds: usage.wallSeconds, cpuSeconds: usage.userSeconds + usage.systemSeconds, readings };
}

function endOf(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().slice(-2_000);
}
