import { createEventDecoder, createLineDecoder, type EventDecoder, type StreamDecoder } from './decode-events.ts';
import { createFrameDecoder, toEvent } from './decode-frames.ts';

/**
 * Creates a decoder for the model container's own stream inside SageMaker's `PayloadPart` frames. The stream's first
 * character shows whether it consists of server-sent events or JSON lines; frames may split it anywhere. An event has the
 * time of the read that completed its last frame. Exception frames become exception events; other frames are skipped.
 */
export function createPayloadPartDecoder(): StreamDecoder {
  const frames = createFrameDecoder();
  let inner: EventDecoder | null = null;
  let lastAtMs = 0;
  let isBroken = false;
  return {
    feed: function* (reads) {
      for (const decoded of frames.feed(reads)) {
        const { atMs } = decoded;
        lastAtMs = atMs;
        if ('broken' in decoded || decoded.frame.kind !== 'event') {
          isBroken ||= 'broken' in decoded;
          yield toEvent(decoded);
          continue;
        }
        const { name, payload } = decoded.frame;
        if (name !== 'PayloadPart') continue;
        inner ??= chooseDecoder(payload);
        for (const event of inner?.feed(payload, atMs) ?? []) yield { ...event, complete: true };
      }
    },
    end: function* () {
      if (isBroken) return;
      for (const event of inner?.end(lastAtMs) ?? []) yield { ...event, complete: false };
    },
    heldLength: () => frames.heldLength() + (inner?.heldLength() ?? 0),
  };
}

/** Chooses a decoder by the first visible character: JSON lines for `{` or `[`. Null if there is only white space. */
function chooseDecoder(payload: Uint8Array): EventDecoder | null {
  const first = new TextDecoder().decode(payload).trimStart().charAt(0);
  if (first === '') return null;
  return first === '{' || first === '[' ? createLineDecoder() : createEventDecoder();
}
