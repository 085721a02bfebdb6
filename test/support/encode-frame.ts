import { EventStreamCodec } from '@smithy/core/event-streams';

const codec = new EventStreamCodec(
  (bytes) => (typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('utf8')),
  (text) => Buffer.from(text, 'utf8'),
);

/** A frame of an AWS event stream. A payload that is text goes as it is, any other as JSON. */
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
  const text = typeof frame.payload === 'string' ? frame.payload : JSON.stringify(frame.payload);
  return codec.encode({ headers, body: Buffer.from(text, 'utf8') });
}
