import { readdirSync, readFileSync } from 'node:fs';

/** One process as `/proc` shows it; CPU includes what its children used that have ended and been waited for. */
export type ProcessCpu = { pid: number; parent: number; cpuSeconds: number };

/** Linux counts CPU time in hundredths of a second here, whatever the kernel's own tick. */
const ticksPerSecond = 100;

export type ProcessTree = {
  /** CPU seconds (user and system) that the root and all that descend from it have used so far. */
  readCpuSeconds(): number;
};

/**
 * The process tree under `root`, to be read again and again at little cost. A process that does not descend from the root
 * when it is first seen never will, so it is looked at once.
 */
export function watchProcessTree(root: number): ProcessTree {
  const strangers = new Set<number>();
  return {
    readCpuSeconds: () => {
      const pids = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
      const processes = pids.flatMap((pid) => (strangers.has(pid) ? [] : (readProcess(pid) ?? [])));
      const members = new Set([root]);
      for (let size = 0; size !== members.size; ) {
        size = members.size;
        for (const { pid, parent } of processes) if (members.has(parent)) members.add(pid);
      }
      // One whose parent has just gone is about to be the root's: only with its parent in sight is it a stranger.
      const known = new Set([0, ...strangers, ...processes.map(({ pid }) => pid)]);
      let cpuSeconds = 0;
      for (const { pid, parent, cpuSeconds: used } of processes) {
        if (members.has(pid)) cpuSeconds += used;
        else if (known.has(parent)) strangers.add(pid);
      }
      return cpuSeconds;
    },
  };
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
