import { monotonicNowMs } from './monotonic-now-ms.ts';
import { watchProcessTree } from './read-process-tree.ts';
import type { Window } from './reference/reference-log.ts';

export type CpuReading = { atMs: number; cpuSeconds: number };

const everyMs = 250;

/** Reads the CPU that a process tree has used, from now until `stop`, which gives the readings. */
export function watchCpu(root: number): { stop(): CpuReading[] } {
  const readings: CpuReading[] = [];
  const tree = watchProcessTree(root);
  const read = () => readings.push({ atMs: monotonicNowMs(), cpuSeconds: tree.readCpuSeconds() });
  read();
  const timer = setInterval(read, everyMs);
  return {
    stop: () => {
      clearInterval(timer);
      return readings;
    },
  };
}

/** CPU seconds used within the window, linear between readings; null where they do not span it. */
export function cpuSecondsWithin(readings: readonly CpuReading[], { startAtMs, endAtMs }: Window): number | null {
  const start = cpuSecondsAt(readings, startAtMs);
  const end = cpuSecondsAt(readings, endAtMs);
  return start === null || end === null ? null : end - start;
}

function cpuSecondsAt(readings: readonly CpuReading[], atMs: number): number | null {
  const after = readings.findIndex((reading) => reading.atMs >= atMs);
  const high = readings[after];
  const low = readings[after - 1];
  if (high === undefined || low === undefined) return null;
  const share = (atMs - low.atMs) / (high.atMs - low.atMs);
  return low.cpuSeconds + share * (high.cpuSeconds - low.cpuSeconds);
}
