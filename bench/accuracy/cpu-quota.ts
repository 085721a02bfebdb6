import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Lambda gives a function this much of one vCPU for each MB of its memory: all of it at 1,769 MB. */
const mbPerVcpu = 1_769;
/** Lambda hands CPU time out in slices of 20 ms, so that a function which has used its share stands still for the rest of one. */
const periodUs = 20_000;
const root = '/sys/fs/cgroup';

export type CpuQuota = {
  /** Puts a process, and all that its threads will start, under the quota. */
  add(pid: number): void;
  /** Shares of the periods so far in which the processes had to stand still. */
  throttledShare(): number;
  /** To be called once its processes have ended. */
  remove(): void;
};

/**
 * A control group with the CPU that a function of so much memory has.
 * @throws Error where the machine has no control group for CPU that this user may make
 */
export function createCpuQuota(memoryMb: number): CpuQuota {
  const isUnified = existsSync(join(root, 'cgroup.controllers'));
  const folder = join(root, isUnified ? '' : 'cpu', `tokenmeter-${process.pid}-${memoryMb}`);
  const quotaUs = Math.round((periodUs * memoryMb) / mbPerVcpu);
  const set = (file: string, value: string | number) => writeFileSync(join(folder, file), String(value));
  try {
    mkdirSync(folder);
    if (isUnified) {
      set('cpu.max', `${quotaUs} ${periodUs}`);
    } else {
      set('cpu.cfs_period_us', periodUs);
      set('cpu.cfs_quota_us', quotaUs);
    }
  } catch (cause) {
    throw new Error('No CPU quota could be set: run as root, where the cpu controller of cgroups is there', { cause });
  }
  return {
    add: (pid) => set('cgroup.procs', pid),
    throttledShare: () => {
      const text = readFileSync(join(folder, 'cpu.stat'), 'utf8');
      const read = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
      return read('nr_throttled') / read('nr_periods');
    },
    remove: () => rmdirSync(folder),
  };
}
