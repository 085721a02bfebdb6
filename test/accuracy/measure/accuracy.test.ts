import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quantile } from '../../../shared/stats/quantile.ts';
import { countBy, measure } from '../../support/factories/run-phase.ts';

/* The server runs on a thread of its own, as a server does, and logs its instants on the same machine's clock. */

type Log = { receivedAtMs: number; writtenAtMs: number[]; body: string };
type Told = { kind: 'listening'; url: string } | { kind: 'log'; log: Log[]; maxActive: number };

let server: Worker;
let url = '';
let http2Server: Worker;
let http2Url = '';
type Message = { kind: 'log' } | { kind: 'reset'; chunks: number; gapMs: number };
const ask = async (message: Message, of = server): Promise<Told> => {
  of.postMessage(message);
  const [told] = (await once(of, 'message')) as [Told];
  return told;
};
async function startServer(name: string): Promise<[Worker, url: string]> {
  const file = new URL(`../../support/servers/${name}`, import.meta.url);
  const thread = new Worker(file, { execArgv: [] });
  const [told] = (await once(thread, 'message')) as [Told];
  return [thread, told.kind === 'listening' ? told.url : ''];
}
beforeAll(async () => {
  [server, url] = await startServer('stamped-server-thread.ts');
  [http2Server, http2Url] = await startServer('stamped-http2-thread.ts');
});
afterAll(() => Promise.all([server.terminate(), http2Server.terminate()]));

async function takeLog(of = server) {
  const told = await ask({ kind: 'log' }, of);
  if (told.kind !== 'log') throw new Error('The stamped server did not tell its log');
  return {
    maxActive: told.maxActive,
    byIndex: new Map(told.log.map((entry) => [JSON.parse(entry.body).index, entry])),
  };
}

async function* numbered(count: number) {
  for (let index = 0; index < count; index++)
    yield { index, body: new TextEncoder().encode(JSON.stringify({ index })) };
}

/** How late each read was stamped after the server had written it, and each start before the server had the request. */
function stampErrors(measured: Awaited<ReturnType<typeof measure>>, log: Awaited<ReturnType<typeof takeLog>>) {
  const { originWallMs } = measured.session;
  const lagsMs: number[] = [];
  const leadsMs: number[] = [];
  for (const exchange of measured.exchanges) {
    const entry = log.byIndex.get(exchange.index);
    if (entry === undefined || exchange.startMs === null) continue;
    // The first request over a connection also waits until the server has set it up.
    if (exchange.connection?.reused) leadsMs.push(entry.receivedAtMs - (originWallMs + exchange.startMs));
    const events = measured.read[exchange.index]?.outputEventsMs ?? [];
    for (const [k, atMs] of events.entries())
      lagsMs.push(originWallMs + atMs - (entry.writtenAtMs[k + 1] ?? Number.NaN));
  }
  return { lagsMs, leadsMs };
}

describe('timestamps compared with the server’s log', () => {
  test.each([
    ['1.1', 30],
    ['2', 10],
  ] as const)(
    '64 streams of 33 tokens/s over HTTP/%s: no read is stamped before it was written, and the median is within a few ms',
    async (httpVersion, chunks) => {
      const of = httpVersion === '2' ? http2Server : server;
      await ask({ kind: 'reset', chunks, gapMs: 30 }, of);
      const load = { mode: 'concurrency', concurrency: 64 } as const;
      const set = { requests: numbered(128), httpVersion, hasReference: true };
      const measured = await measure(httpVersion === '2' ? http2Url : url, 128, load, set);
      const log = await takeLog(of);
      expect(countBy(measured.read, ({ outcome }) => outcome)).toEqual({ ok: 128 });
      const { lagsMs, leadsMs } = stampErrors(measured, log);
      expect(lagsMs).toHaveLength(128 * chunks);
      // The clocks of two threads agree to some microseconds.
      expect(Math.min(...lagsMs)).toBeGreaterThan(-0.5);
      expect(Math.min(...leadsMs)).toBeGreaterThan(-0.5);
      // Bounds for cores shared with other tests; alone, the medians are well below a millisecond.
      expect(quantile(lagsMs, 0.5)).toBeLessThan(10);
      expect(quantile(leadsMs, 0.5)).toBeLessThan(10);
      console.info(
        `stamp error of 64 streams over HTTP/${httpVersion}: read p50 ${quantile(lagsMs, 0.5)?.toFixed(2)} p99 ${quantile(lagsMs, 0.99)?.toFixed(2)} ms, ` +
          `start p50 ${quantile(leadsMs, 0.5)?.toFixed(2)} p99 ${quantile(leadsMs, 0.99)?.toFixed(2)} ms, ` +
          `thread CPU ${measured.note.cpuUse?.toFixed(3)}, loop p99 ${measured.note.eventLoopDelayP99Ms?.toFixed(2)} ms`,
      );
    },
  );
});

describe('the load', () => {
  test('2,000 requests at concurrency 200: exact counts, full concurrency, never more, and memory stays flat', async () => {
    await ask({ kind: 'reset', chunks: 4, gapMs: 100 });
    const heaps: number[] = [];
    const watch = setInterval(() => heaps.push(process.memoryUsage().rss), 100);
    const measured = await measure(
      url,
      2_000,
      { mode: 'concurrency', concurrency: 200 },
      { requests: numbered(2_000) },
    );
    clearInterval(watch);
    const log = await takeLog();
    expect(countBy(measured.read, ({ outcome }) => outcome)).toEqual({ ok: 2_000 });
    expect(new Set(measured.exchanges.map(({ index }) => index)).size).toBe(2_000);
    expect(log.byIndex.size).toBe(2_000);
    expect(log.maxActive).toBeLessThanOrEqual(200);
    // All are kept here, some 2 KB each: what grows beyond that would be a leak.
    expect(Math.max(...heaps) - (heaps[0] ?? 0)).toBeLessThan(200 * 1_024 * 1_024);
    const { startMs, endMs } = measured.note;
    // Steady: after all slots have started, and before the first found nothing to send.
    const fromMs = startMs + 600;
    const toMs = Math.max(...measured.exchanges.map((exchange) => exchange.startMs ?? 0));
    const busyMs = measured.exchanges.reduce(
      (sum, exchange) =>
        sum + Math.max(0, Math.min(toMs, exchange.endMs ?? 0) - Math.max(fromMs, exchange.startMs ?? endMs)),
      0,
    );
    expect(busyMs / (toMs - fromMs)).toBeGreaterThan(0.9 * 200);
  });

  test('500 requests a second start on their schedule', async () => {
    await ask({ kind: 'reset', chunks: 1, gapMs: 5 });
    const dueMs = Float64Array.from({ length: 1_000 }, (_, k) => k * 2);
    const load = { mode: 'rate', maxConcurrency: 500, dueMs } as const;
    const { exchanges, read } = await measure(url, 1_000, load, { requests: numbered(1_000), hasReference: true });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 1_000 });
    const slipsMs = exchanges.map((exchange) => (exchange.startMs ?? Number.NaN) - exchange.dueMs);
    expect(Math.min(...slipsMs)).toBeGreaterThanOrEqual(0);
    console.info(
      `slip at 500/s: p50 ${quantile(slipsMs, 0.5)?.toFixed(2)} p99 ${quantile(slipsMs, 0.99)?.toFixed(2)} ms`,
    );
    // For cores shared with other tests; alone, the p99 is within 5 ms.
    expect(quantile(slipsMs, 0.5)).toBeLessThan(100);
    // Never re-anchored: the schedule is that of the start, to the last request.
    const offsets = exchanges.map((exchange) => exchange.dueMs - (dueMs[exchange.index] ?? 0));
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(0.001);
  });

  test('a rate load above maxConcurrency refuses the excess requests and sends the rest', async () => {
    await ask({ kind: 'reset', chunks: 1, gapMs: 300 });
    const dueMs = Float64Array.from({ length: 30 }, (_, k) => k * 5);
    const load = { mode: 'rate', maxConcurrency: 10, dueMs } as const;
    const { read, exchanges, progress } = await measure(url, 30, load, { requests: numbered(30) });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 10, not_sent: 20 });
    expect(progress).toEqual({ issued: 10, inFlight: 0 });
    expect(
      exchanges.filter(({ startMs }) => startMs === null).every(({ failure }) => failure?.kind === 'max_concurrency'),
    ).toBe(true);
    expect((await takeLog()).maxActive).toBeLessThanOrEqual(10);
  });
});
