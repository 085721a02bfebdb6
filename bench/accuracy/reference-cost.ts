import { parseArgs } from 'node:util';
import { quantile } from '../../shared/stats/quantile.ts';
import type { Row } from './row.ts';
import { type Run, runRow, startReference } from './run-row.ts';

/* `npx node bench/accuracy/reference-cost.ts [--pairs 5] [--seconds 6]`: compares a worker's CPU use with and without the reference stream. */

const { values } = parseArgs({
  options: { pairs: { type: 'string', default: '5' }, seconds: { type: 'string', default: '6' } },
});
const seconds = Number(values.seconds);
const rows: Row[] = [
  { streams: 1, tokensPerSecond: 1, tokensPerChunk: 1, seconds },
  { streams: 64, tokensPerSecond: 33, tokensPerChunk: 1, seconds },
];

const reference = await startReference();
console.log('CPUs in use: median (minimum … maximum)');
for (const row of rows) {
  const shares: Record<'instrument' | 'uncalibrated', number[]> = { instrument: [], uncalibrated: [] };
  for (let pair = 0; pair < Number(values.pairs); pair++)
    for (const subject of ['instrument', 'uncalibrated'] as const)
      shares[subject].push(computeCpusInUse(await runRow(reference, subject, row)));
  const differences = shares.instrument.map((share, pair) => share - (shares.uncalibrated[pair] ?? Number.NaN));
  console.log(
    `${row.streams} streams × ${row.tokensPerSecond} tokens/s: with ${show(shares.instrument)}, without ${show(shares.uncalibrated)}, difference ${show(differences)}`,
  );
}
reference.close();

function computeCpusInUse({ processCpuUs, wallMs }: Run): number {
  return processCpuUs / 1_000 / wallMs;
}

function show(values: readonly number[]): string {
  return `${quantile(values, 0.5)?.toFixed(4)} (${Math.min(...values).toFixed(4)} … ${Math.max(...values).toFixed(4)})`;
}
