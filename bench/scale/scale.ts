import { retries } from '../../shared/adapters/aws-clients.ts';
import { type Asked, modelRun } from './model-run.ts';
import { type Row, renderCosts, renderFixedPace, renderStarts, renderTableLoads } from './render-scale.ts';

/*
 * `npm run bench:scale`: a model of a run on AWS, 1 to 1,000 workers: when its streams are there, how far apart workers
 * start, what the table carries, what it costs. `-- --check` sets it beside the embedded service, 1 to 4 workers.
 */

const streams = [64, 640, 6_400, 16_000, 32_000, 64_000];
const seeds = [1, 2, 3, 4, 5, 6, 7, 8, 9];
/** The study's requests: 5 s, 150 output tokens, an event a token. */
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
  const rows = streams.flatMap((count) => pollers.map((poller) => rowOf(count, poller)));
  console.log(`Start: median (least–greatest) of ${seeds.length} seeds\n\n${renderStarts(rows)}\n`);
  console.log(`A million requests of 5 s, USD\n\n${renderCosts(rows)}\n`);
  // Those that gather fastest ask most of the table.
  const fastest = rows.filter(({ name }) => name === 'provisioned, 100 ready');
  console.log(`Units a second under full load\n\n${renderTableLoads(fastest)}\n`);
  const fixed = { pollMs: 100, leadMs: 500, heartbeatMs: 1_000, leaseMs: 10_000 };
  const fixedRows = streams.map((count) => rowOf(count, { ...pollers[1], name: 'fixed' }, { pace: fixed }));
  console.log(`Were the pace fixed\n\n${renderFixedPace(fixedRows, retries.maxAttempts)}\n`);
  const impatient = streams.map((count) => rowOf(count, pollers[1], { readyTimeoutMs: 60_000 }));
  console.log(`Were each worker to wait for a minute at most\n\n${renderStarts(impatient)}`);
}

function rowOf(
  count: number,
  poller: Pick<Asked, 'provisioned' | 'growth'> & { name: string },
  more: Partial<Asked> = {},
): Row {
  const { name, provisioned, growth } = poller;
  const modeled = seeds.map((seed) => modelRun({ ...base, streams: count, provisioned, growth, seed, ...more }));
  return { streams: count, name, modeled };
}
