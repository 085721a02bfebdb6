import { createEventDecoder, type DecodedEvent, type EventDecoder, type Reads } from './decode-events.ts';
import { decodeFrames } from './decode-frames.ts';
import { createLineDecoder } from './decode-lines.ts';

const decoder = new TextDecoder();

/**
 * Decodes what a container streams inside the `PayloadPart` frames of SageMaker: server-sent events or JSON lines, as its
 * first byte tells, cut into parts anywhere. An event has the instant of the read that completed the frame that completed
 * it. Exception frames come as exceptions; other frames say nothing.
 */
export function* decodePayloadParts(reads: Reads): Generator<DecodedEvent> {
  let inner: EventDecoder | null = null;
  let lastAtMs = 0;
  for (const decoded of decodeFrames(reads)) {
    const { atMs, offset } = decoded;
    lastAtMs = atMs;
    if ('broken' in decoded) {
      yield { event: null, data: `frame at byte ${offset}: ${decoded.broken}`, atMs, complete: true, broken: true };
      return;
    }
    const { kind, name, payload } = decoded.frame;
    if (kind !== 'event') {
      yield { event: name, data: decoder.decode(payload), atMs, complete: true, exception: true };
      continue;
    }
    if (name !== 'PayloadPart') continue;
    inner ??= chooseDecoder(payload);
    for (const event of inner?.feed(payload) ?? []) yield { ...event, atMs, complete: true };
  }
  for (const event of inner?.end() ?? []) yield { ...event, atMs: lastAtMs, complete: false };
}

/** By the first byte that is no space; null where there is none yet. A line of JSON starts with a bracket, an event never. */
function chooseDecoder(payload: Uint8Array): EventDecoder | null {
  const first = decoder.decode(payload).trimStart().charAt(0);
  if (first === '') return null;
  return first === '{' || first === '[' ? createLineDecoder() : createEventDecoder();
}
