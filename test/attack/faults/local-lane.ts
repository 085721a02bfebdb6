import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listProcessTree } from '../../support/service/process-facts.ts';
import { type ServiceProcess, startServiceProcess } from '../../support/service/service-process.ts';
import { damageBlock } from './damage-block.ts';
import type { FaultKind } from './draw-faults.ts';
import { mountSmallDisk } from './small-disk.ts';

const hourMs = 3_600_000;
/** Short intervals, so that a loss is detected in seconds. */
const environment = {
  LOG_LEVEL: 'info',
  MAX_STREAMS_PER_WORKER: '5',
  LEASE_MS: '2500',
  HEARTBEAT_MS: '200',
  RESEND_AFTER_MS: '1500',
  READY_TIMEOUT_MS: '4000',
  SUPERVISOR_INTERVAL_MS: '200',
  BLOCK_FLUSH_MS: '100',
  MAX_LOCAL_WORKERS: '4',
  WARM_LOCAL_WORKERS: '2',
  MAX_BATCH_FAILURES: '50',
  MAX_ACTIVE_RUNS_PER_TENANT: '1000',
  RATE_LIMIT_PER_MINUTE: '1000000',
  TENANT_RATE_LIMIT_PER_MINUTE: '10000000',
};

/** Number of faults that took effect, by kind, and how often the service ended although no fault killed it. */
export type LaneCounts = Record<FaultKind | 'end without a kill', number>;

export type LocalLane = {
  service(): ServiceProcess;
  /** Starts the service again if it has ended. */
  revive(): Promise<void>;
  /** Lets a fault happen. @returns what happened, which is nothing if the run has no worker or block */
  strike(kind: FaultKind, lastsMs: number, runId: string): Promise<string>;
  counts: Partial<LaneCounts>;
  close(): Promise<void>;
};

/** Starts a service on a disk and with a clock of its own, which faults can fill and shift. */
export async function openLane(): Promise<LocalLane> {
  const disk = mountSmallDisk();
  const dataDir = join(disk.folder, 'data');
  mkdirSync(dataDir, { mode: 0o700 });
  const clock = openClock();
  const counts: Partial<LaneCounts> = {};
  const start = () => startServiceProcess(dataDir, { ...environment, NODE_OPTIONS: `--import ${clock.module}` });
  let service = await start();
  let isKilled = false;

  const count = (kind: keyof LaneCounts) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
    return kind;
  };
  const kill = async () => {
    isKilled = true;
    await service.kill();
  };
  const revive = async () => {
    if (!service.hasEnded()) return;
    if (!isKilled) count('end without a kill');
    isKilled = false;
    service = await start();
  };
  const pickWorker = () => listProcessTree(service.pid).at(1);
  const pause = async (pid: number, lastsMs: number) => {
    process.kill(pid, 'SIGSTOP');
    await delay(lastsMs);
    process.kill(pid, 'SIGCONT');
  };

  const killAndShift = async (byMs: number) => {
    await kill();
    clock.shift(byMs);
    return true;
  };
  const effects: Record<FaultKind, (lastsMs: number, runId: string) => Promise<boolean>> = {
    'kill of the service': () => killAndShift(0),
    'kill of a worker': () => signalProcess(pickWorker(), async (pid) => void process.kill(pid, 'SIGKILL')),
    'stop of the service': (lastsMs) => signalProcess(service.pid, (pid) => pause(pid, lastsMs)),
    'stop of a worker': (lastsMs) => signalProcess(pickWorker(), (pid) => pause(pid, lastsMs)),
    'full disk': async (lastsMs) => {
      if (disk.reason !== null) return false;
      const free = disk.fill();
      await delay(lastsMs);
      free();
      return true;
    },
    'clock 1 h ahead': () => killAndShift(hourMs),
    'clock 1 h behind': () => killAndShift(-hourMs),
    'damaged block': async (_, runId) => {
      await kill();
      return damageBlock(dataDir, runId);
    },
  };
  return {
    service: () => service,
    revive,
    strike: async (kind, lastsMs, runId) => {
      await revive();
      const hasEffect = await effects[kind](lastsMs, runId);
      await revive();
      return hasEffect ? count(kind) : `no ${kind}`;
    },
    counts,
    close: async () => {
      await service.kill();
      clock.remove();
      disk.remove();
    },
  };
}

/** Signals a process. @returns false if it has ended */
async function signalProcess(pid: number | undefined, signal: (pid: number) => Promise<void>): Promise<boolean> {
  if (pid === undefined) return false;
  try {
    await signal(pid);
    return true;
  } catch {
    return false;
  }
}

/** Creates the file from which the processes of the service read how far to shift their clocks. */
function openClock() {
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-clock-'));
  const file = join(folder, 'shift-ms');
  let shiftMs = 0;
  const write = () => {
    writeFileSync(`${file}.new`, String(shiftMs));
    renameSync(`${file}.new`, file);
  };
  write();
  return {
    module: `${new URL('./shifted-clock.ts', import.meta.url).href}?file=${encodeURIComponent(file)}`,
    shift: (byMs: number) => {
      shiftMs += byMs;
      write();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
