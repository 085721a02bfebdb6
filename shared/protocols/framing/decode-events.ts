import { createParser } from 'eventsource-parser';

/**
 * Decodes a body to its server-sent events, lazily, read by read. A blank line completes an event. A remainder at the
 * end is one event with `complete: false` at the time of the last read, because some servers close right after the last
 * line.
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

/** Creates a decoder of server-sent events. */
export function createEventDecoder(): EventDecoder {
  let ready: WireEvent[] = [];
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

/**
 * Creates a decoder of lines, such as JSON lines: each is an event that its line feed completes. Empty lines are
 * skipped.
 */
export function createLineDecoder(): EventDecoder {
  // Strips the byte order mark, and holds back characters that a read cuts in two.
  const decoder = new TextDecoder();
  let parts: string[] = [];
  const feedText = (text: string): WireEvent[] => {
    const lines = text.split('\n');
    if (lines.length === 1) {
      parts.push(text);
      return [];
    }
    lines[0] = parts.join('') + (lines[0] ?? '');
    parts = [lines.pop() ?? ''];
    return lines.filter((line) => line.trim() !== '').map((data) => ({ event: null, data: data.trim() }));
  };
  return {
    feed: (bytes) => feedText(decoder.decode(bytes, { stream: true })),
    end: () => feedText(`${decoder.decode()}\n`),
  };
}

/** An event as received: a server-sent event, a line of JSON, or a frame of an AWS event stream. */
export type WireEvent = {
  /** The name of the event; null if it has none. */
  event: string | null;
  data: string;
  /** The frame reports an exception; `event` is the name of that exception. */
  exception?: true;
};

/** The reads of a response body: the arrival time of each (ms) and the offset in `bytes` at which it ends. */
export type Reads = { readsAtMs: Float64Array; readEnds: Uint32Array; bytes: Uint8Array };

export type DecodedEvent = WireEvent & {
  /** Arrival of the read that completed the event, ms. */
  atMs: number;
  /** False for the last event of a body that ended before the event was complete. */
  complete: boolean;
  /** The framing is broken here, and nothing after it can be read; `data` describes the fault. */
  broken?: true;
};

/** Converts bytes to events as they arrive. */
export type EventDecoder = {
  /** Returns the events that these bytes complete. */
  feed(bytes: Uint8Array): WireEvent[];
  /** Returns the remaining, incomplete events. */
  end(): WireEvent[];
};
