import {
  createEventDecoder,
  createLineDecoder,
  type DecodedEvent,
  type EventDecoder,
  type Reads,
} from './decode-events.ts';
import { decodeFrames, toEvent } from './decode-frames.ts';

/**
 * Decodes the model container's own stream inside SageMaker's `PayloadPart` frames. The stream's first character shows
 * whether it consists of server-sent events or JSON lines; frames may split it anywhere. An event has the time of the
 * read that completed its last frame. Exception frames become exception events; other frames are skipped.
 */
export function* decodePayloadParts(reads: Reads): Generator<DecodedEvent> {
  let inner: EventDecoder | null = null;
  let lastAtMs = 0;
  for (const decoded of decodeFrames(reads)) {
    const { atMs } = decoded;
    lastAtMs = atMs;
    if ('broken' in decoded || decoded.frame.kind !== 'event') {
      yield toEvent(decoded);
      if ('broken' in decoded) return;
      continue;
    }
    const { name, payload } = decoded.frame;
    if (name !== 'PayloadPart') continue;
    inner ??= chooseDecoder(payload);
    for (const event of inner?.feed(payload, atMs) ?? []) yield { ...event, complete: true };
  }
  for (const event of inner?.end(lastAtMs) ?? []) yield { ...event, complete: false };
}

/** Chooses a decoder by the first visible character: JSON lines for `{` or `[`. Null if there is only white space. */
function chooseDecoder(payload: Uint8Array): EventDecoder | null {
  const first = new TextDecoder().decode(payload).trimStart().charAt(0);
  if (first === '') return null;
  return first === '{' || first === '[' ? createLineDecoder() : createEventDecoder();
}
