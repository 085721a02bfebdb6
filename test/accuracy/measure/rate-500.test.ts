import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quantile } from '../../../shared/stats/quantile.ts';
import { measure } from '../../support/run-phase.ts';

const attempts = 6;
let server: Worker;
let url = '';
beforeAll(async () => {
  server = new Worker(new URL('../../support/stamped-server-thread.ts', import.meta.url), { execArgv: [] });
  const [told] = await once(server, 'message');
  url = told.url;
  server.postMessage({ kind: 'reset', chunks: 1, gapMs: 5 });
  await once(server, 'message');
});
afterAll(() => server.terminate());

/** A second and a half of 500 requests/s by one worker, with a thread beside it that only asks for the same timers. */
async function askFor500() {
  const dueMs = Float64Array.from({ length: 750 }, (_, k) => k * 2);
  const floor = new Worker(new URL('../../support/timer-floor-thread.ts', import.meta.url), { execArgv: [] });
  const { exchanges } = await measure(url, 750, { mode: 'rate', maxConcurrency: 500, dueMs });
  floor.postMessage('end');
  const [latenessMs] = await once(floor, 'message');
  await floor.terminate();
  const startsMs = exchanges.map(({ startMs }) => startMs ?? Number.NaN).sort((a, b) => a - b);
  const spanMs = (startsMs.at(-1) ?? 0) - (startsMs[0] ?? 0);
  const slipsMs = exchanges.map((exchange) => (exchange.startMs ?? Number.NaN) - exchange.dueMs);
  const p99 = (values: number[]) => quantile(values, 0.99) ?? Number.NaN;
  return {
    perSecond: ((startsMs.length - 1) / spanMs) * 1_000,
    slipP99Ms: p99(slipsMs),
    floorP99Ms: p99(latenessMs),
  };
}

type Go = Awaited<ReturnType<typeof askFor500>>;

/** Where other tests take the cores away, timers are late for everybody: that much is the machine's, not the instrument's. */
const isMet = ({ perSecond, slipP99Ms, floorP99Ms }: Go) =>
  Math.abs(perSecond / 500 - 1) <= 0.01 && slipP99Ms <= 5 + Math.max(0, floorP99Ms - 2);

const describeGo = ({ perSecond, slipP99Ms, floorP99Ms }: Go) =>
  `${perSecond.toFixed(1)}/s, slip p99 ${slipP99Ms.toFixed(2)} ms (bare timers ${floorP99Ms.toFixed(2)} ms)`;

test('500 requests a second on one worker: achieved within 1 %, slip p99 within 5 ms of what timers can do', async () => {
  const goes: Go[] = [];
  while (goes.length < attempts && !goes.some(isMet)) goes.push(await askFor500());
  console.info(goes.map(describeGo).join('; '));
  expect(goes.filter(isMet)).not.toEqual([]);
}, 60_000);
