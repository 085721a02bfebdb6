import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { quantile } from '../../shared/stats/quantile.ts';
import { renderRow, renderTable } from '../markdown-table.ts';
import { describeMachine } from '../peers/describe-machine.ts';
import type { Row } from './row.ts';
import { type Reference, type Run, runRow, startReference } from './run-row.ts';

/*
 * `npm run bench:capacity`: measures how many streams a worker of each memory size can measure. The instrument's process is
 * limited to the CPU share of a Lambda function with this memory size; the reference server has no limit.
 */

const { values } = parseArgs({
  options: {
    memory: { type: 'string', default: '512,1024,1769,3008' },
    streams: { type: 'string', default: '16,32,64,128,256' },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '3' },
  },
});
const number = z.coerce.number().int().min(1);
const numbers = z
  .string()
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.number().int().min(1)));
const optionsSchema = z.object({ memory: numbers, streams: numbers, runs: number, seconds: number });
const options = optionsSchema.parse(values);
const tokensPerSecond = 33;

/** Memory at which a Lambda function has one full vCPU; smaller functions have a proportional share. */
const mbPerVcpu = 1_769;
/** Lambda allots CPU time in periods of 20 ms. A function that has used its share is paused for the rest of the period. */
const periodUs = 20_000;
const root = '/sys/fs/cgroup';

type Result = Run & { throttledShare: number };

console.log(
  `${describeMachine()}\n- ${options.runs} runs of ${options.seconds} s, ${tokensPerSecond} tokens/s per stream, 1 token per chunk\n`,
);
const titles = [
  'memory MB',
  'streams',
  'timestamp error p99 ms',
  'TTFT error p99 ms',
  'own measurement error p99 ms',
  'CPU µs per token',
  'share of a vCPU used, of',
  'slices cut short',
  'MiB',
];
console.log(renderTable(titles, [], 'right'));
const reference = await startReference();
for (const memoryMb of options.memory)
  for (const streams of options.streams) {
    const row: Row = { streams, tokensPerSecond, tokensPerChunk: 1, seconds: options.seconds };
    const results: Result[] = [];
    for (let run = 0; run < options.runs; run++) results.push(await measure(reference, row, memoryMb));
    console.log(render(memoryMb, streams, results));
  }
reference.close();

async function measure(reference: Reference, row: Row, memoryMb: number): Promise<Result> {
  const quota = createCpuQuota(memoryMb);
  try {
    const run = await runRow(reference, 'instrument', row, quota.add);
    return { ...run, throttledShare: quota.throttledShare() };
  } finally {
    quota.remove();
  }
}

/** Renders medians of the runs, and the range of the errors. */
function render(memoryMb: number, streams: number, results: readonly Result[]): string {
  const all = (pick: (result: Result) => number) => results.map(pick);
  const median = (of: readonly number[]) => quantile(of, 0.5) ?? Number.NaN;
  const spread = (of: readonly number[]) =>
    `${median(of).toFixed(2)} (${Math.min(...of).toFixed(2)}–${Math.max(...of).toFixed(2)})`;
  const cells = [
    memoryMb.toLocaleString('en'),
    String(streams),
    spread(all(({ errors }) => errors.stamp.p99)),
    spread(all(({ errors }) => errors.ttft.p99)),
    spread(all(({ selfErrorP99Ms }) => selfErrorP99Ms ?? Number.NaN)),
    median(all(({ processCpuUs, tokens }) => processCpuUs / tokens)).toFixed(0),
    `${median(all(({ processCpuUs, wallMs }) => processCpuUs / 1_000 / wallMs)).toFixed(2)} / ${(memoryMb / mbPerVcpu).toFixed(2)}`,
    `${(100 * median(all(({ throttledShare }) => throttledShare))).toFixed(0)} %`,
    median(all(({ maxRssBytes }) => maxRssBytes / 2 ** 20)).toFixed(0),
  ];
  return renderRow(cells);
}

type CpuQuota = {
  /** Applies the quota to a process and its descendants. */
  add(pid: number): void;
  /** Returns the share of periods in which the processes were paused. */
  throttledShare(): number;
  /** Deletes the group. Callers invoke it after the processes have ended. */
  remove(): void;
};

/**
 * Creates a control group with the CPU share of a function with this memory size.
 * @throws Error if this user cannot create a control group with a CPU controller
 */
function createCpuQuota(memoryMb: number): CpuQuota {
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
    throw new Error('The CPU quota cannot be set. Run as root on a machine with the cpu controller of cgroups.', {
      cause,
    });
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
