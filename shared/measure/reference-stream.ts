import type { Calibration, Exchange } from './instrument.ts';

/* Writes and reads the reference stream. Its events look like token events and contain their send times. */

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

export const referenceHead: Uint8Array = encoder.encode(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
);
export const referenceTail: Uint8Array = encoder.encode('0\r\n\r\n');

/** Formats an event as an HTTP chunk. Times are in ms on the machine's monotonic clock, with a resolution of 0.1 µs. */
export function formatReferenceChunk(receivedMs: number, sentMs: number): string {
  const event = `data: {"choices":[{"delta":{"content":"${receivedMs.toFixed(4)} ${sentMs.toFixed(4)}"}}]}\n\n`;
  return `${event.length.toString(16)}\r\n${event}\r\n`;
}

/** Measurement errors in ms: each event's recorded arrival − send time, and the request's arrival − recorded start. */
export type ReferenceErrors = { stampsMs: number[]; startMs: number | null };

/**
 * Computes the measurement errors of an exchange with the reference server. An event arrives with the read that
 * completes it, as in all measurements.
 * @param originMonotonicMs the session's origin on the machine's monotonic clock, in ms
 */
export function readReference(exchange: Exchange, originMonotonicMs: number): ReferenceErrors {
  const { bytes, readsAtMs, readEnds, startMs } = exchange;
  const stampsMs: number[] = [];
  let receivedMs: number | null = null;
  let read = 0;
  for (const match of decoder.decode(bytes).matchAll(/"content":"([\d.]+) ([\d.]+)"\}\}\]\}\n\n/g)) {
    const end = match.index + match[0].length;
    while (read < readEnds.length - 1 && (readEnds[read] ?? 0) < end) read++;
    stampsMs.push((readsAtMs[read] ?? Number.NaN) + originMonotonicMs - Number(match[2]));
    receivedMs = Number(match[1]);
  }
  const startedMs = startMs === null || receivedMs === null ? null : receivedMs - originMonotonicMs - startMs;
  return { stampsMs, startMs: startedMs };
}

/** Collects the measurement errors of a phase. */
export function createReferenceReader(originMonotonicMs: number) {
  const stampErrorsMs: number[] = [];
  const startErrorsMs: number[] = [];
  return {
    add: (exchange: Exchange) => {
      const { stampsMs, startMs } = readReference(exchange, originMonotonicMs);
      stampErrorsMs.push(...stampsMs);
      if (startMs !== null) startErrorsMs.push(startMs);
    },
    /** Returns the collected errors, or null if no reference event arrived. */
    calibration: (): Calibration | null =>
      stampErrorsMs.length === 0
        ? null
        : { stampErrorsMs: Float64Array.from(stampErrorsMs), startErrorsMs: Float64Array.from(startErrorsMs) },
  };
}
