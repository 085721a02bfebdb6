import type { DecodedEvent, Reads } from './decode-events.ts';
import { decodeFrames } from './decode-frames.ts';

const decoder = new TextDecoder();

/** Each frame of an AWS event stream as one event: its type as the name, its payload as the data. */
export function* decodeFrameEvents(reads: Reads): Generator<DecodedEvent> {
  for (const decoded of decodeFrames(reads)) {
    const { atMs, offset } = decoded;
    if ('broken' in decoded) {
      yield { event: null, data: `frame at byte ${offset}: ${decoded.broken}`, atMs, complete: true, broken: true };
      return;
    }
    const { kind, name, payload } = decoded.frame;
    const event = { event: name, data: decoder.decode(payload), atMs, complete: true };
    yield kind === 'event' ? event : { ...event, exception: true };
  }
}
