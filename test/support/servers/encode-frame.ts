import { EventStreamCodec } from '@smithy/core/event-streams';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

/** Encodes a frame of an AWS event stream. Text and bytes are unchanged, other payloads become JSON. */
export function encodeFrame(frame: {
  event?: string | undefined;
  exception?: string | undefined;
  headers?: Record<string, string>;
  payload: unknown;
}): Uint8Array {
  const kind = frame.exception === undefined ? 'event' : 'exception';
  const named: Record<string, string> = frame.headers ?? {
    [`:${kind}-type`]: frame.exception ?? frame.event ?? '',
    ':content-type': typeof frame.payload === 'string' ? 'application/octet-stream' : 'application/json',
    ':message-type': kind,
  };
  const headers = Object.fromEntries(
    Object.entries(named).map(([name, value]) => [name, { type: 'string' as const, value }]),
  );
  return codec.encode({ headers, body: encodePayload(frame.payload) });
}

function encodePayload(payload: unknown): Uint8Array {
  if (payload instanceof Uint8Array) return payload;
  return Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload), 'utf8');
}
