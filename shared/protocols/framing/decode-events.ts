import { createParser } from 'eventsource-parser';

/**
 * Decodes a body into server-sent events. Decodes one read at a time. A blank line completes an event. Some servers
 * close the connection without the last blank line. The remaining text then becomes one event with `complete: false`
 * and the time of the last read.
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

/** The framing of the protocols that stream server-sent events. */
export const eventStream = { mediaType: 'text/event-stream', decode: decodeEvents };

/** Creates a decoder for server-sent events. */
export function createEventDecoder(): EventDecoder {
  let ready: WireEvent[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => ready.push({ event: event ?? null, data }),
  });
  // Drops the byte order mark, and waits for the rest of a character that is split between two reads.
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

/** Creates a decoder for lines, such as JSON lines. A line feed completes an event. Empty lines are skipped. */
export function createLineDecoder(): EventDecoder {
  // Drops the byte order mark, and waits for the rest of a character that is split between two reads.
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

/** An event as received: a server-sent event, a JSON line, or a frame of an AWS event stream. */
export type WireEvent = {
  /** Name of the event, or null if the event has no name. */
  event: string | null;
  data: string;
  /** Whether an AWS frame reports an exception. `event` is then the exception's name. */
  exception?: true;
};

/** The reads of a response body. For each read: its arrival time in ms, and its end as an offset in `bytes`. */
export type Reads = { readsAtMs: Float64Array; readEnds: Uint32Array; bytes: Uint8Array };

export type DecodedEvent = WireEvent & {
  /** Arrival time in ms of the last bytes of the event. */
  atMs: number;
  /** Whether the event is complete. False only for the last event of a body that ended too early. */
  complete: boolean;
  /** The framing is invalid from here on, so nothing more can be read. `data` describes the problem. */
  broken?: true;
};

/** Converts bytes to events as the bytes arrive. */
export type EventDecoder = {
  /** Takes more bytes, and returns the events that are now complete. */
  feed(bytes: Uint8Array): WireEvent[];
  /** Returns the incomplete events that remain at the end of the body. */
  end(): WireEvent[];
};
