import { createEventDecoder, createLineDecoder } from './decode-events.ts';
import { decodeFrames, toEvent } from './decode-frames.ts';
import type { DecodedEvent, EventDecoder, Reads } from './events.ts';

/**
 * Decodes what a container streams inside the `PayloadPart` frames of SageMaker, cut into parts anywhere: server-sent events
 * or JSON lines, detected from the first byte. An event has the time of the read that completed the frame that completed
 * it. Exception frames become exceptions; other frames are skipped.
 */
export function* decodePayloadParts(reads: Reads): Generator<DecodedEvent> {
  let inner: EventDecoder | null = null;
  let lastAtMs = 0;
  for (const decoded of decodeFrames(reads)) {
    const { atMs } = decoded;
    lastAtMs = atMs;
    if ('broken' in decoded) {
      yield toEvent(decoded);
      return;
    }
    const { kind, name, payload } = decoded.frame;
    if (kind !== 'event') {
      yield toEvent(decoded);
      continue;
    }
    if (name !== 'PayloadPart') continue;
    inner ??= chooseDecoder(payload);
    for (const event of inner?.feed(payload) ?? []) yield { ...event, atMs, complete: true };
  }
  for (const event of inner?.end() ?? []) yield { ...event, atMs: lastAtMs, complete: false };
}

/** Chooses by the first byte that is not a space; null until there is one. A line of JSON starts with a bracket, an event never. */
function chooseDecoder(payload: Uint8Array): EventDecoder | null {
  const first = new TextDecoder().decode(payload).trimStart().charAt(0);
  if (first === '') return null;
  return first === '{' || first === '[' ? createLineDecoder() : createEventDecoder();
}
