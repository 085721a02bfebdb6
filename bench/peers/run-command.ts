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
  /** User and system time of the command and its descendants. */
  cpuSeconds: number;
  /** CPU use while the command ran. */
  readings: CpuReading[];
};

/**
 * Runs a tool and measures the CPU use of its process tree. Its output goes to `output.txt` in `dir`. It does not inherit the
 * environment of the shell.
 * @throws Error with the end of its output if it fails, exceeds the limit, or is aborted
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
    // A separate process group can be killed as a whole.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${python} did not start.`);
  const watch = watchCpu(pid);
  const end = () => process.kill(-pid, 'SIGKILL');
  const overdue = setTimeout(end, limitMs);
  signal.addEventListener('abort', end);
  const [exitCode] = await once(child, 'exit');
  clearTimeout(overdue);
  signal.removeEventListener('abort', end);
  const readings = watch.stop();
  if (exitCode !== 0) throw new Error(`${command} ended with ${exitCode}. ${readEnd(outputFile)}`);
  const usage = usageSchema.parse(JSON.parse(readFileSync(usageFile, 'utf8')));
  return { wallSeconds: usage.wallSeconds, cpuSeconds: usage.userSeconds + usage.systemSeconds, readings };
}

function readEnd(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().slice(-2_000);
}
