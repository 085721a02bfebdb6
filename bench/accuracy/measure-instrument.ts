import { ownServers } from '../../shared/egress/own-servers.ts';
import { createInstrument } from '../../shared/measure/create-instrument.ts';
import type { SourceRequest } from '../../shared/measure/instrument.ts';
import { readCpuPressure } from '../../shared/measure/thread/watch-health.ts';
import { loadDialect } from '../../shared/protocols/load-dialect.ts';
import { quantile } from '../../shared/stats/quantile.ts';
import { interpretExchange } from '../../test/support/factories/make-exchange.ts';
import { buildAsk, countRequests, type Measurement, type Row, type Told } from './row.ts';

/**
 * Runs a row with the instrument as a worker does: the main thread interprets answers while the load runs.
 * @param isCalibrated whether the reference stream runs
 */
export async function measureInstrument(row: Row, port: number, isCalibrated = true): Promise<Measurement> {
  const instrument = createInstrument({ egress: ownServers, ...(isCalibrated ? {} : { referenceEntry: null }) });
  const dialect = await loadDialect('openai-chat');
  const session = await instrument.openSession(
    { protocol: 'openai-chat', url: `http://127.0.0.1:${port}/v1/chat/completions`, headers: {}, connection: 'reuse' },
    { requestTimeoutMs: 60_000, firstTokenTimeoutMs: null, stallTimeoutMs: 30_000 },
  );
  const told: Told[] = [];
  let reads = 0;
  const count = countRequests(row);
  const load = { mode: 'concurrency', concurrency: row.streams } as const;
  const phase = { load, count, requests: makeRequests(row, count), startAtMs: null, lastStartAtMs: null };
  const endWatch = watchProcess();
  const handle = session.run(phase, (exchange) => {
    const { outcome, outputEventsMs, error } = interpretExchange(exchange, dialect, { secrets: [] });
    if (outcome !== 'ok' || exchange.startMs === null)
      throw new Error(`Request ${exchange.index} has the outcome ${outcome}: ${error?.message ?? ''}`);
    reads += exchange.readsAtMs.length;
    const stampsMs = Float64Array.from(outputEventsMs, (atMs) => atMs + session.originMonotonicMs);
    told.push({ index: exchange.index, startMs: exchange.startMs + session.originMonotonicMs, stampsMs });
  });
  const note = await handle.done;
  const watched = endWatch();
  await session.close();
  const threadCpuUs = (note.cpuUse ?? Number.NaN) * (note.endMs - note.startMs) * 1_000;
  const errors = note.calibration?.stampErrorsMs ?? [];
  const selfError = { selfErrorP50Ms: quantile(errors, 0.5), selfErrorP99Ms: quantile(errors, 0.99) };
  return { told, reads, threadCpuUs, ...watched, ...selfError };
}

export async function* makeRequests(row: Row, count: number): AsyncGenerator<SourceRequest> {
  const encoder = new TextEncoder();
  for (let index = 0; index < count; index++)
    yield { index, body: encoder.encode(JSON.stringify(buildAsk(row, index))) };
}

const everyMs = 250;

export type Watched = { processCpuUs: number; wallMs: number; maxRssBytes: number; machineCpuUse: number | null };

/** Records the CPU and memory use of this process and the CPU use of the machine. Returns a function that ends it. */
export function watchProcess(): () => Watched {
  let maxRssBytes = process.memoryUsage.rss();
  const look = () => {
    maxRssBytes = Math.max(maxRssBytes, process.memoryUsage.rss());
  };
  const timer = setInterval(look, everyMs).unref();
  const cpu = process.cpuUsage();
  const before = readCpuPressure();
  const startMs = performance.now();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    const wallMs = performance.now() - startMs;
    clearInterval(timer);
    look();
    const now = readCpuPressure();
    const machineCpuUse =
      before === null || now === null ? null : (now.usedTicks - before.usedTicks) / (now.allTicks - before.allTicks);
    return { processCpuUs: user + system, wallMs, maxRssBytes, machineCpuUse };
  };
}
