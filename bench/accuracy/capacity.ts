import { parseArgs } from 'node:util';
import { z } from 'zod';
import { quantile } from '../../shared/stats/quantile.ts';
import { describeMachine } from '../peers/describe-machine.ts';
import { createCpuQuota } from './cpu-quota.ts';
import type { Row } from './row.ts';
import { type Reference, type Run, runRow, startReference } from './run-row.ts';

/*
 * `npm run bench:capacity`: how many streams a worker of each memory size measures well. The instrument's process has the CPU that
 * Lambda gives with so much memory; the reference server has what it likes.
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

type Result = Run & { throttledShare: number };

console.log(
  `${describeMachine()}; ${options.runs} runs of ${options.seconds} s, ${tokensPerSecond} tokens/s a stream, a token a chunk\n`,
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
console.log(`| ${titles.join(' | ')} |\n|${' ---: |'.repeat(titles.length)}`);
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

/** Medians of the runs; of the errors also the least and the greatest. */
function render(memoryMb: number, streams: number, results: readonly Result[]): string {
  const all = (pick: (result: Result) => number) => results.map(pick);
  const median = (of: readonly number[]) => quantile(of, 0.5) ?? Number.NaN;
  const spread = (of: readonly number[]) =>
    `${median(of).toFixed(2)} (${Math.min(...of).toFixed(2)}–${Math.max(...of).toFixed(2)})`;
  const cells = [
    memoryMb.toLocaleString('en'),
    streams,
    spread(all(({ errors }) => errors.stamp.p99)),
    spread(all(({ errors }) => errors.ttft.p99)),
    spread(all(({ selfErrorP99Ms }) => selfErrorP99Ms ?? Number.NaN)),
    median(all(({ processCpuUs, tokens }) => processCpuUs / tokens)).toFixed(0),
    `${median(all(({ processCpuUs, wallMs }) => processCpuUs / 1_000 / wallMs)).toFixed(2)} of ${(memoryMb / 1_769).toFixed(2)}`,
    `${(100 * median(all(({ throttledShare }) => throttledShare))).toFixed(0)} %`,
    median(all(({ maxRssBytes }) => maxRssBytes / 2 ** 20)).toFixed(0),
  ];
  return `| ${cells.join(' | ')} |`;
}
