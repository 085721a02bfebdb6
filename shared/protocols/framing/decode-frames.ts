import { Crc32 } from '@smithy/core/checksum';
import { EventStreamCodec } from '@smithy/core/event-streams';
import type { DecodedEvent, Reads, StreamDecoder } from './decode-events.ts';

/** One frame of an AWS event stream (`application/vnd.amazon.eventstream`). */
export type Frame = {
  /** Value of the header `:message-type`. */
  kind: 'event' | 'exception' | 'error';
  /** Value of the header `:event-type`, `:exception-type` or `:error-code`, depending on the kind. */
  name: string | null;
  /** The frame's payload. For an error frame, the value of the header `:error-message`. */
  payload: Uint8Array;
};

/** A frame with the arrival time of the read that completed it, or why the rest of the body cannot be read. */
export type DecodedFrame = { atMs: number; offset: number } & ({ frame: Frame } | { broken: string });

/** Size of the prelude: length of the frame, length of its headers, and a checksum of both, 4 bytes each. */
const preludeBytes = 12;
/** Size of the smallest frame: the prelude and the checksum at the end of the frame. */
const minFrameBytes = 16;
/** Maximum sizes that the format allows: payload 24 MiB, headers 128 KiB. */
const maxFrameBytes = 24 * 1_024 * 1_024 + 128 * 1_024 + minFrameBytes;

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : decoder.decode(bytes)),
  (text) => encoder.encode(text),
);

/** Creates a decoder that decodes each frame to an event, with the frame's type as name and its payload as data. */
export function createFrameEventDecoder(): StreamDecoder {
  const frames = createFrameDecoder();
  return {
    feed: function* (reads) {
      for (const decoded of frames.feed(reads)) yield toEvent(decoded);
    },
    end: () => [],
    heldLength: frames.heldLength,
  };
}

/** Converts a frame to an event. Returns a broken event if the frame is unreadable. */
export function toEvent(decoded: DecodedFrame): DecodedEvent {
  const { atMs, offset } = decoded;
  if ('broken' in decoded)
    return { event: null, data: `frame at byte ${offset}: ${decoded.broken}`, atMs, complete: true, broken: true };
  const { kind, name, payload } = decoded.frame;
  const event = { event: name, data: decoder.decode(payload), atMs, complete: true };
  return kind === 'event' ? event : { ...event, exception: true };
}

/**
 * Creates a decoder for the frames of an AWS event stream. Checks the lengths first and then the whole frame, so that
 * decoding ends at damaged data instead of waiting for a wrong number of bytes. Omits an incomplete last frame.
 */
export function createFrameDecoder() {
  /** Bytes of a frame that is not complete, and the offset of the first of them in the body. */
  let held: Uint8Array = new Uint8Array();
  let heldOffset = 0;
  let isBroken = false;
  const feed = function* (reads: Reads): Generator<DecodedFrame> {
    const bytes = held.length === 0 ? reads.bytes : new Uint8Array(Buffer.concat([held, reads.bytes]));
    const findArrivalMs = createArrivalSearch(reads, held.length);
    const from = heldOffset;
    let offset = 0;
    while (!isBroken && bytes.length - offset >= preludeBytes) {
      const length = readFrameLength(bytes.subarray(offset, offset + preludeBytes));
      const fault = findLengthFault(length);
      const end = offset + (length ?? 0);
      if (fault === null && end > bytes.length) break;
      const frame = fault === null ? readFrame(bytes.subarray(offset, end)) : null;
      const place = { atMs: findArrivalMs(fault === null ? end : offset + preludeBytes), offset: from + offset };
      isBroken = frame === null;
      yield frame === null ? { ...place, broken: fault ?? unreadable } : { ...place, frame };
      offset = end;
    }
    held = isBroken ? new Uint8Array() : bytes.slice(offset);
    heldOffset = from + offset;
  };
  return { feed, heldLength: () => held.length };
}

const unreadable = 'its checksum does not match, or its headers cannot be read';

/** Returns a function that finds the time of the read that completes a frame. `before`: bytes of earlier reads. */
function createArrivalSearch({ readsAtMs, readEnds }: Reads, before: number) {
  let read = 0;
  return (end: number): number => {
    while (read < readEnds.length - 1 && (readEnds[read] ?? 0) + before < end) read++;
    return readsAtMs[read] ?? 0;
  };
}

function findLengthFault(length: number | null): string | null {
  if (length === null) return 'the checksum of its lengths does not match';
  return length < minFrameBytes || length > maxFrameBytes ? `a length of ${length} bytes is not allowed` : null;
}

/** Returns the frame's total length in bytes, or null if the prelude's checksum does not match. */
function readFrameLength(prelude: Uint8Array): number | null {
  const view = new DataView(prelude.buffer, prelude.byteOffset, prelude.byteLength);
  const checksum = new Crc32();
  checksum.update(prelude.subarray(0, 8));
  return checksum.digestSync() === view.getUint32(8) ? view.getUint32(0) : null;
}

function readFrame(bytes: Uint8Array): Frame | null {
  try {
    const { headers, body } = codec.decode(bytes);
    const readHeaderText = (name: string): string | null => {
      const header = headers[name];
      return header?.type === 'string' ? header.value : null;
    };
    const kind = readHeaderText(':message-type');
    if (kind === 'exception') return { kind, name: readHeaderText(':exception-type'), payload: body };
    const message = encoder.encode(readHeaderText(':error-message') ?? '');
    if (kind === 'error') return { kind, name: readHeaderText(':error-code'), payload: message };
    return { kind: 'event', name: readHeaderText(':event-type'), payload: body };
  } catch {
    return null;
  }
}
