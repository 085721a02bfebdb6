import { createParser } from 'eventsource-parser';
import type { ServerSentEvent } from '../dialect.ts';

/** The reads of a response body: the arrival instant of each (ms) and the offset in `bytes` at which it ends. */
export type Reads = { readsAtMs: Float64Array; readEnds: Uint32Array; bytes: Uint8Array };

export type DecodedEvent = ServerSentEvent & {
  /** Arrival of the read that completed the event, ms. */
  atMs: number;
  /** False for the last event of a body that ended before what completes an event. */
  complete: boolean;
  /** The framing itself is broken here, and nothing after it can be read; `data` says how. */
  broken?: true;
};

/** Turns bytes to events as they come. */
export type EventDecoder = {
  /** The events that these bytes complete. */
  feed(bytes: Uint8Array): ServerSentEvent[];
  /** What was left over: events that were never completed. */
  end(): ServerSentEvent[];
};

/**
 * Decodes a body to its server-sent events, read by read, lazily: taking the first few costs no more than those.
 * An event is complete with its blank line. What is left over at the end comes as one event with `complete: false` (some
 * servers close right after the last line), at the instant of the last read.
 */
export function* decodeEvents({ readsAtMs, readEnds, bytes }: Reads): Generator<DecodedEvent> {
  const decoder = createEventDecoder();
  let start = 0;
  let atMs = 0;
  for (let read = 0; read < readEnds.length; read++) {
    const end = readEnds[read] ?? start;
    atMs = readsAtMs[read] ?? atMs;
    for (const event of decoder.feed(bytes.subarray(start, end))) yield { ...event, atMs, complete: true };
    start = end;
  }
  for (const event of decoder.end()) yield { ...event, atMs, complete: false };
}

/** Server-sent events from bytes. */
export function createEventDecoder(): EventDecoder {
  let ready: ServerSentEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => ready.push({ event: event ?? null, data }),
  });
  // Strips the byte order mark, and holds back characters that a read cuts in two.
  const decoder = new TextDecoder();
  const takeReady = () => {
    const events = ready;
    if (events.length > 0) ready = [];
    return events;
  };
  return {
    feed: (bytes) => {
      parser.feed(decoder.decode(bytes, { stream: true }));
      return takeReady();
    },
    end: () => {
      parser.feed(`${decoder.decode()}\n\n`);
      return takeReady();
    },
  };
}
