import { createInstrument } from '../../shared/measure/create-instrument.ts';
import type { SourceRequest } from '../../shared/measure/instrument.ts';
import { interpretExchange } from '../../shared/measure/interpret-exchange.ts';
import { loadDialect } from '../../shared/protocols/load-dialect.ts';
import { quantile } from '../../shared/stats/quantile.ts';
import type { Measurement, Told } from './measurement.ts';
import { askOf, type Row, requestsOf } from './row.ts';
import { watchProcess } from './watch-process.ts';

/**
 * Runs a row with the instrument, as a worker does: answers are read on the main thread while the load runs.
 * @param isCalibrated with the reference stream
 */
export async function measureInstrument(row: Row, port: number, isCalibrated = true): Promise<Measurement> {
  const instrument = createInstrument({ egress: 'loopback', ...(isCalibrated ? {} : { referenceEntry: null }) });
  const dialect = await loadDialect('openai-chat');
  const session = await instrument.openSession(
    { protocol: 'openai-chat', url: `http://127.0.0.1:${port}/v1/chat/completions`, headers: {}, connection: 'reuse' },
    { requestTimeoutMs: 60_000, firstTokenTimeoutMs: null, stallTimeoutMs: 30_000 },
  );
  const told: Told[] = [];
  let reads = 0;
  const count = requestsOf(row);
  const load = { mode: 'concurrency', concurrency: row.streams } as const;
  const phase = { load, count, requests: requests(row), startAtMs: null, lastStartAtMs: null };
  const endWatch = watchProcess();
  const handle = session.run(phase, (exchange) => {
    const { outcome, outputEventsMs, error } = interpretExchange(exchange, dialect, { secrets: [] });
    if (outcome !== 'ok' || exchange.startMs === null)
      throw new Error(`Request ${exchange.index} is ${outcome}: ${error?.message ?? ''}`);
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

async function* requests(row: Row): AsyncGenerator<SourceRequest> {
  const encoder = new TextEncoder();
  for (let index = 0; index < requestsOf(row); index++)
    yield { index, body: encoder.encode(JSON.stringify(askOf(row, index))) };
}
