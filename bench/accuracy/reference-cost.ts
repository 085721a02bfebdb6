import { parseArgs } from 'node:util';
import { quantile } from '../../shared/stats/quantile.ts';
import type { SubjectName } from './measurement.ts';
import type { Row } from './row.ts';
import { type Run, runRow, startReference } from './run-row.ts';

/* `npx node bench/accuracy/reference-cost.ts [--pairs 5] [--seconds 6]`: CPU of a worker's process with the reference stream and without, in turn. */

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '5' }, seconds: { type: 'string', default: '6' } },
});
const seconds = Number(values.seconds);
const rows: Row[] = [
  { streams: 1, tokensPerSecond: 1, tokensPerChunk: 1, seconds },
  { streams: 64, tokensPerSecond: 33, tokensPerChunk: 1, seconds },
];

const reference = await startReference();
console.log('CPUs in use, median (least … most)');
for (const row of rows) {
  const shares: Record<'instrument' | 'uncalibrated', number[]> = { instrument: [], uncalibrated: [] };
  for (let pair = 0; pair < Number(values.pairs); pair++)
    for (const subject of ['instrument', 'uncalibrated'] as const)
      shares[subject].push(cpusInUse(await measure(subject, row)));
  const differences = shares.instrument.map((share, pair) => share - (shares.uncalibrated[pair] ?? Number.NaN));
  console.log(
    `${row.streams} streams × ${row.tokensPerSecond}/s: with ${show(shares.instrument)}, without ${show(shares.uncalibrated)}, difference ${show(differences)}`,
  );
}
reference.close();

function measure(subject: SubjectName, row: Row): Promise<Run> {
  return runRow(reference, subject, row);
}

function cpusInUse({ processCpuUs, wallMs }: Run): number {
  return processCpuUs / 1_000 / wallMs;
}

function show(values: readonly number[]): string {
  return `${quantile(values, 0.5)?.toFixed(4)} (${Math.min(...values).toFixed(4)} … ${Math.max(...values).toFixed(4)})`;
}
