import { readFileSync } from 'node:fs';

/** Totals since some fixed instant, as the kernel keeps them; null where it does not tell (any but Linux). */
export type CpuPressure = {
  /** Of the calling thread: time on a CPU, and time it could have run but waited for one. Nanoseconds. */
  ranNs: number;
  waitedNs: number;
  /** Of the whole machine: all CPU time, what was not idle, and what its host gave to others meanwhile. Clock ticks. */
  allTicks: number;
  usedTicks: number;
  stolenTicks: number;
};

export function readCpuPressure(): CpuPressure | null {
  try {
    const [ranNs, waitedNs] = readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ').map(Number);
    // user nice system idle iowait irq softirq steal; the guest's times are in user and nice already.
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
