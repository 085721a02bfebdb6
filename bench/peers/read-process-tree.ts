import { readdirSync, readFileSync } from 'node:fs';

/** One process as `/proc` shows it; CPU includes what its children used that have ended and been waited for. */
export type ProcessCpu = { pid: number; parent: number; cpuSeconds: number };

/** Linux counts CPU time in hundredths of a second here, whatever the kernel's own tick. */
const ticksPerSecond = 100;

/** CPU seconds (user and system) that the process and all that descend from it have used so far. */
export function readTreeCpuSeconds(root: number): number {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readProcess(Number(name)) ?? []);
  const members = new Set([root]);
  for (let size = 0; size !== members.size; ) {
    size = members.size;
    for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
  }
  return processes.reduce((sum, { pid, cpuSeconds }) => sum + (members.has(pid) ? cpuSeconds : 0), 0);
}

/** Null where the process has ended meanwhile. */
export function readProcess(pid: number): ProcessCpu | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null;
  }
}

/** `pid (name) state ppid …`, see proc_pid_stat(5); the name may hold blanks and parentheses. */
export function parseStat(text: string): ProcessCpu {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // Fields count from 1 in the manual, the first here being the third: utime, stime, cutime, cstime are 14 to 17.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid: Number.parseInt(text, 10), parent: Number(fields[1]), cpuSeconds: ticks / ticksPerSecond };
}
