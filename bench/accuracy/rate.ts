import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ownServers } from '../../shared/egress/own-servers.ts';
import { createInstrument } from '../../shared/measure/create-instrument.ts';
import type { Exchange, PhaseNote } from '../../shared/measure/instrument.ts';
import { quantile } from '../../shared/stats/quantile.ts';
import { makeRequests } from './measure-instrument.ts';
import { startReference } from './run-row.ts';

/*
 * `npm run bench:rate -- [--rate 500] [--seconds 10] [--runs 3]`: runs an open loop on one worker and reports the achieved
 * rate and the start delay (slip), with the delay of bare timers for comparison. The exit code is 0 if one run achieves the
 * rate within 1 % and a slip p99 within 5 ms of bare timers.
 */

const { values } = parseArgs({
  options: {
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '10' },
    runs: { type: 'string', default: '3' },
  },
});
const perSecond = Number(values.rate);
const count = perSecond * Number(values.seconds);
// Two chunks that are 0.5 s apart keep several hundred streams open.
const row = { streams: 1, tokensPerSecond: 32, tokensPerChunk: 16, seconds: 1 };

const reference = await startReference();
let isMet = false;
for (let run = 1; run <= Number(values.runs); run++) {
  const startsMs: number[] = [];
  const slipsMs: number[] = [];
  const timers = new Worker(new URL('timer-thread.ts', import.meta.url), { workerData: 1_000 / perSecond });
  const { exchanges, note } = await measure();
  timers.postMessage('end');
  const [latenessMs] = (await once(timers, 'message')) as [number[]]; // the only message of timer-thread.ts
  await timers.terminate();
  for (const { startMs, dueMs, failure } of exchanges) {
    if (startMs === null || failure !== null) throw new Error(`A request failed: ${failure?.message}.`);
    startsMs.push(startMs);
    slipsMs.push(startMs - dueMs);
  }
  startsMs.sort((a, b) => a - b);
  const achieved = ((count - 1) / ((startsMs.at(-1) ?? 0) - (startsMs[0] ?? 0))) * 1_000;
  const p99 = (values: number[]) => quantile(values, 0.99) ?? Number.NaN;
  // Subtracts the delay of bare timers, which is not the instrument's.
  isMet ||= Math.abs(achieved / perSecond - 1) <= 0.01 && p99(slipsMs) <= 5 + Math.max(0, p99(latenessMs) - 2);
  const slip = [0.5, 0.99, 1].map((p) => quantile(slipsMs, p)?.toFixed(2)).join(' / ');
  const use = note.machineCpuUse === null ? '?' : (100 * note.machineCpuUse).toFixed(0);
  console.log(
    `Run ${run}: ${achieved.toFixed(2)} of ${perSecond} requests/s; slip p50 / p99 / max ${slip} ms; bare timers p99 ${p99(latenessMs).toFixed(2)} ms; machine CPU ${use} %`,
  );
  await reference.takeLog();
}
reference.close();
process.exitCode = isMet ? 0 : 1;

async function measure(): Promise<{ exchanges: Exchange[]; note: PhaseNote }> {
  const session = await createInstrument({ egress: ownServers }).openSession(
    { protocol: 'openai-chat', url: `http://127.0.0.1:${reference.port}/`, headers: {}, connection: 'reuse' },
    { requestTimeoutMs: 60_000, firstTokenTimeoutMs: null, stallTimeoutMs: 30_000 },
  );
  const dueMs = Float64Array.from({ length: count }, (_, k) => (k * 1_000) / perSecond);
  const load = { mode: 'rate', maxConcurrency: 2 * perSecond, dueMs } as const;
  const exchanges: Exchange[] = [];
  const phase = { load, count, requests: makeRequests(row, count), startAtMs: null, lastStartAtMs: null };
  const note = await session.run(phase, (exchange) => exchanges.push(exchange)).done;
  await session.close();
  return { exchanges, note };
}
