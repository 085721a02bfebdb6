import type { Exchange } from '../../../shared/measure/instrument.ts';
import { interpretInSteps } from '../../../shared/measure/interpret-exchange.ts';
import { runAtOnce } from '../../../shared/time-slices.ts';

/** Creates the exchange of a good response with these reads, one every 10 ms from 100 ms. */
export function makeExchange(reads: (string | Uint8Array)[], set: Partial<Exchange> = {}): Exchange {
  const parts = reads.map((read) => Buffer.from(read));
  let end = 0;
  return {
    index: 0,
    dueMs: 0,
    firstStartMs: null,
    startMs: 0,
    sentMs: 0.1,
    headersMs: 50,
    endMs: 100 + 10 * parts.length,
    httpStatus: 200,
    headers: { 'content-type': 'text/event-stream' },
    readsAtMs: Float64Array.from(parts, (_, read) => 100 + 10 * read),
    readEnds: Uint32Array.from(parts, (part) => (end += part.length)),
    bytes: new Uint8Array(Buffer.concat(parts)),
    connection: { reused: true, dnsMs: null, connectMs: null, tlsMs: null },
    openingMs: 0,
    failure: null,
    notes: [],
    disturbed: false,
    ...set,
  };
}

/** Interprets an exchange without a pause. */
export function interpretExchange(...args: Parameters<typeof interpretInSteps>) {
  return runAtOnce(interpretInSteps(...args));
}
