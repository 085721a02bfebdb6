import type { ServerSentEvent, StreamEvent } from '../dialect.ts';

const doneMarker = '[DONE]';

/** Reads an event of JSON data by `read`; an end marker and empty data, which compatible servers send, are understood. */
export function parseJsonEvent({ data }: ServerSentEvent, read: (value: unknown) => StreamEvent): StreamEvent {
  const trimmed = data.trim();
  if (trimmed === '') return {};
  if (trimmed === doneMarker) return { done: true };
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    return { malformed: true };
  }
  return read(value);
}
