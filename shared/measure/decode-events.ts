import { createParser } from 'eventsource-parser';
import type { ServerSentEvent } from './dialects/dialect.ts';

/** The reads of a response body: the arrival instant of each (ms) and the offset in `bytes` at which it ends. */
export type Reads = { readsAtMs: Float64Array; readEnds: Uint32Array; bytes: Uint8Array };

export type DecodedEvent = ServerSentEvent & {
  /** Arrival of the read that completed the event, ms. */
  atMs: number;
  /** False for the last event of a body that ended before the blank line that completes an event. */
  complete: boolean;
};

/**
 * Decodes a body to its server-sent events, read by read, lazily: taking the first few costs no more than those.
 * An event is complete with its blank line. What is left over at the end comes as one event with `complete: false` (some
 * servers close right after the last line), at the instant of the last read.
 */
export function* decodeEvents({ readsAtMs, readEnds, bytes }: Reads): Generator<DecodedEvent> {
  let ready: ServerSentEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => ready.push({ event: event ?? null, data }),
  });
  // Strips the byte order mark, and holds back characters that a read cuts in two.
  const decoder = new TextDecoder();
  let start = 0;
  let atMs = 0;
  for (let read = 0; read < readEnds.length; read++) {
    const end = readEnds[read] ?? start;
    atMs = readsAtMs[read] ?? atMs;
    parser.feed(decoder.decode(bytes.subarray(start, end), { stream: true }));
    start = end;
    if (ready.length === 0) continue;
    const events = ready;
    ready = [];
    for (const event of events) yield { ...event, atMs, complete: true };
  }
  parser.feed(`${decoder.decode()}\n\n`);
  for (const event of ready) yield { ...event, atMs, complete: false };
}
