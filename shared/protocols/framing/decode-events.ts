import { BlockReader, type TimedEvent } from './read-blocks.ts';

/** The framing of the protocols that stream server-sent events. */
export const eventStream = { mediaType: 'text/event-stream', createDecoder: () => decodeReads(createEventDecoder()) };

// Each event is new, so it is marked in place: a copy per event costs more than its decoding.
const complete = { complete: true } as const;
const incomplete = { complete: false } as const;

/**
 * Decodes the reads of a body, one at a time, with a decoder of bytes. Some servers close the connection without the
 * last blank line. The remaining text then becomes one event with `complete: false` and the time of the last read.
 */
function decodeReads(decoder: EventDecoder): StreamDecoder {
  let lastAtMs = 0;
  return {
    feed: function* ({ readsAtMs, readEnds, bytes }) {
      let start = 0;
      for (let read = 0; read < readEnds.length; read++) {
        const end = readEnds[read] ?? start;
        lastAtMs = readsAtMs[read] ?? lastAtMs;
        for (const event of decoder.feed(bytes.subarray(start, end), lastAtMs)) yield Object.assign(event, complete);
        start = end;
      }
    },
    end: function* () {
      for (const event of decoder.end(lastAtMs)) yield Object.assign(event, incomplete);
    },
    heldLength: decoder.heldLength,
  };
}

/** Decodes a whole body. Decodes events only as they are read, so that reading just the first events is cheap. */
export function* decodeBody(decoder: StreamDecoder, reads: Reads): Generator<DecodedEvent> {
  yield* decoder.feed(reads);
  yield* decoder.end();
}

const lineEnd = /\r\n?|\n/g;

/**
 * Creates a decoder for server-sent events. A blank line completes an event. Lines that are not part of an event come as
 * `loose` events.
 */
export function createEventDecoder(): EventDecoder {
  // Drops the byte order mark, and waits for the rest of a character that is split between two reads.
  const decoder = new TextDecoder();
  const blocks = new BlockReader();
  let parts: string[] = [];
  let partsLength = 0;
  let endedWithReturn = false;
  const feedText = (text: string, atMs: number): void => {
    let start = endedWithReturn && text.startsWith('\n') ? 1 : 0;
    if (text !== '') endedWithReturn = text.endsWith('\r');
    lineEnd.lastIndex = start;
    for (let found = lineEnd.exec(text); found !== null; found = lineEnd.exec(text)) {
      const line = text.slice(start, found.index);
      blocks.addLine(parts.length === 0 ? line : parts.join('') + line, atMs);
      if (parts.length > 0) parts = [];
      partsLength = 0;
      start = lineEnd.lastIndex;
    }
    if (start < text.length) {
      parts.push(text.slice(start));
      partsLength += text.length - start;
    }
  };
  return {
    feed: (bytes, atMs) => {
      feedText(decoder.decode(bytes, { stream: true }), atMs);
      return blocks.take();
    },
    end: (atMs) => {
      feedText(`${decoder.decode()}\n\n`, atMs);
      return blocks.take();
    },
    heldLength: () => partsLength + blocks.heldLength,
  };
}

/** Creates a decoder for lines, such as JSON lines. A line feed completes an event. Empty lines are skipped. */
export function createLineDecoder(): EventDecoder {
  // Drops the byte order mark, and waits for the rest of a character that is split between two reads.
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let partsLength = 0;
  const feedText = (text: string, atMs: number): TimedEvent[] => {
    const lines = text.split('\n');
    if (lines.length === 1) {
      parts.push(text);
      partsLength += text.length;
      return [];
    }
    lines[0] = parts.join('') + (lines[0] ?? '');
    parts = [lines.pop() ?? ''];
    partsLength = parts[0]?.length ?? 0;
    return lines.filter((line) => line.trim() !== '').map((data) => ({ event: null, data: data.trim(), atMs }));
  };
  return {
    feed: (bytes, atMs) => feedText(decoder.decode(bytes, { stream: true }), atMs),
    end: (atMs) => feedText(`${decoder.decode()}\n`, atMs),
    heldLength: () => partsLength,
  };
}

/** An event as received, without its time. */
export type WireEvent = Omit<TimedEvent, 'atMs'>;

/** The reads of a response body. For each read: its arrival time in ms, and its end as an offset in `bytes`. */
export type Reads = { readsAtMs: Float64Array; readEnds: Uint32Array; bytes: Uint8Array };

export type DecodedEvent = TimedEvent & {
  /** Whether the event is complete. False only for the last event of a body that ended too early. */
  complete: boolean;
  /** The framing is invalid from here on, so nothing more can be read. `data` describes the problem. */
  broken?: true;
};

/** Converts bytes to events as the bytes arrive. */
export type EventDecoder = {
  /** Takes more bytes, which arrived at `atMs`, and returns the events that are now complete. */
  feed(bytes: Uint8Array, atMs: number): TimedEvent[];
  /** Returns the incomplete events that remain at the end of the body. */
  end(atMs: number): TimedEvent[];
  /** Returns the length of the text that waits for the end of its event. */
  heldLength(): number;
};

/** Converts the reads of a body to events, part by part. */
export type StreamDecoder = {
  /** Takes more reads, and yields the events that they complete. Yields nothing after a broken event. */
  feed(reads: Reads): Iterable<DecodedEvent>;
  /** Yields the incomplete events that remain at the end of the body. */
  end(): Iterable<DecodedEvent>;
  /** Returns the length of the text or the bytes that wait for the end of their event. */
  heldLength(): number;
};
