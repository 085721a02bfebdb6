import { readdirSync, readFileSync } from 'node:fs';
import { readMonotonicMs, type Window } from './reference/reference-log.ts';

export type CpuReading = { atMs: number; cpuSeconds: number };

const everyMs = 250;

/** Records the CPU use of a process tree until `stop`, which returns the readings. */
export function watchCpu(root: number): { stop(): CpuReading[] } {
  const readings: CpuReading[] = [];
  const tree = watchProcessTree(root);
  const read = () => readings.push({ atMs: readMonotonicMs(), cpuSeconds: tree.readCpuSeconds() });
  read();
  const timer = setInterval(read, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return readings;
    },
  };
}

/** Computes the CPU seconds within the window, linear between readings; null if the readings do not cover it. */
export function computeCpuSeconds(readings: readonly CpuReading[], { startAtMs, endAtMs }: Window): number | null {
  const start = interpolateCpuSeconds(readings, startAtMs);
  const end = interpolateCpuSeconds(readings, endAtMs);
  return start === null || end === null ? null : end - start;
}

function interpolateCpuSeconds(readings: readonly CpuReading[], atMs: number): number | null {
  const after = readings.findIndex((reading) => reading.atMs >= atMs);
  const high = readings[after];
  const low = readings[after - 1];
  if (high === undefined || low === undefined) return null;
  const share = (atMs - low.atMs) / (high.atMs - low.atMs);
  return low.cpuSeconds + share * (high.cpuSeconds - low.cpuSeconds);
}

/** One process from `/proc`. Its CPU time includes that of its ended children. */
export type ProcessCpu = { pid: number; parent: number; cpuSeconds: number };

/** Unit of CPU time in `/proc`, independent of the kernel's tick. */
const ticksPerSecond = 100;

export type ProcessTree = {
  /** Returns the CPU seconds (user and system) that the root and its descendants have used. */
  readCpuSeconds(): number;
};

/** Watches the process tree of `root`. A process that does not descend from it at first never will, so it is read only once. */
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
      // A process whose parent has just ended may still be a descendant, so it is a stranger only if its parent is known.
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

/** Reads a process; null if it has ended. */
export function readProcess(pid: number): ProcessCpu | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return null;
  }
}

/** Parses `pid (name) state ppid …`. Source: proc_pid_stat(5). The name may contain spaces and parentheses. */
export function parseStat(text: string): ProcessCpu {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // The first field here is number 3 in the manual; utime, stime, cutime, and cstime are 14 to 17.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid: Number.parseInt(text, 10), parent: Number(fields[1]), cpuSeconds: ticks / ticksPerSecond };
}
