import { readFileSync } from 'node:fs';

/** The kernel's totals since a fixed time. */
export type CpuPressure = {
  /** Calling thread: time on a CPU, and runnable time spent waiting for one, in nanoseconds. */
  ranNs: number;
  waitedNs: number;
  /** Whole machine: all CPU time, busy time, and time that the hypervisor gave to other machines, in clock ticks. */
  allTicks: number;
  usedTicks: number;
  stolenTicks: number;
};

/** Reads the totals from `/proc`; returns null on systems other than Linux. */
export function readCpuPressure(): CpuPressure | null {
  try {
    const [ranNs, waitedNs] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ').map(Number);
    // user nice system idle iowait irq softirq steal; user and nice include the guest times.
    const ticks = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]?.trim().split(/\s+/).slice(1, 9).map(Number);
    const allTicks = ticks?.reduce((sum, value) => sum + value, 0);
    const [, , , idleTicks = Number.NaN, ioWaitTicks = Number.NaN, , , stolenTicks = Number.NaN] = ticks ?? [];
    const pressure: CpuPressure = {
      ranNs: ranNs ?? Number.NaN,
      waitedNs: waitedNs ?? Number.NaN,
      allTicks: allTicks ?? Number.NaN,
      usedTicks: (allTicks ?? Number.NaN) - idleTicks - ioWaitTicks,
      stolenTicks,
    };
    return Object.values(pressure).every(Number.isFinite) ? pressure : null;
  } catch {
    return null;
  }
}
