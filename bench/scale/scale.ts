import { retries } from '../../shared/adapters/aws-clients.ts';
import { type Row, renderCosts, renderFixedPace, renderStarts, renderTableLoads } from './render-scale.ts';
import { type Asked, simulateRun } from './simulate-run.ts';

/*
 * `npm run bench:scale`: models a run on AWS with 1 to 1,000 workers: time to full load, start skew, table load, and cost.
 * `-- --check` compares the model with the embedded service with 1 to 4 workers.
 */

const streams = [64, 640, 6_400, 16_000, 32_000, 64_000];
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** Requests of 5 s with 150 output tokens, one event per token. */
const base = { requests: 1_000_000, requestMs: 5_000, eventsPerRequest: 150 } as const;
const pollers = [
  { name: 'standard, even', provisioned: null, growth: 'even' },
  { name: 'standard, by the minute', provisioned: null, growth: 'each-minute' },
  { name: 'provisioned, 20 to 100', provisioned: { min: 20, max: 100 }, growth: 'each-minute' },
  { name: 'provisioned, 100 ready', provisioned: { min: 100, max: 100 }, growth: 'each-minute' },
] as const;

if (process.argv.includes('--check')) {
  const { checkEmbedded } = await import('./check-embedded.ts');
  console.log(await checkEmbedded());
} else printModel();

function printModel(): void {
  const rows = streams.flatMap((count) => pollers.map((poller) => modelRow(count, poller)));
  console.log(`Start: median (minimum–maximum) of ${seeds.length} seeds\n\n${renderStarts(rows)}\n`);
  console.log(`Cost of 1,000,000 requests of 5 s (USD)\n\n${renderCosts(rows)}\n`);
  // The pollers that start fastest load the table most.
  const fastest = rows.filter(({ name }) => name === 'provisioned, 100 ready');
  console.log(`Table load (units per second)\n\n${renderTableLoads(fastest)}\n`);
  const fixed = { pollMs: 100, leadMs: 500, heartbeatMs: 1_000, leaseMs: 10_000 };
  const fixedRows = streams.map((count) => modelRow(count, { ...pollers[1], name: 'fixed' }, { pace: fixed }));
  console.log(
    `Table load with a fixed pace (units per second)\n\n${renderFixedPace(fixedRows, retries.maxAttempts)}\n`,
  );
  const impatient = streams.map((count) => modelRow(count, pollers[1], { readyTimeoutMs: 60_000 }));
  console.log(`Start with a maximum wait of 60 s\n\n${renderStarts(impatient)}`);
}

function modelRow(
  count: number,
  poller: Pick<Asked, 'provisioned' | 'growth'> & { name: string },
  more: Partial<Asked> = {},
): Row {
  const { name, provisioned, growth } = poller;
  const modeled = seeds.map((seed) => simulateRun({ ...base, streams: count, provisioned, growth, seed, ...more }));
  return { streams: count, name, modeled };
}
