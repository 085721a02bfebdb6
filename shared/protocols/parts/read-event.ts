import type { z } from 'zod';
import type { StreamEvent } from '../dialect.ts';
import type { WireEvent } from '../framing/decode-events.ts';
import { readProviderError } from './provider-error.ts';

const doneMarker = '[DONE]';

/** Parses the event's data as JSON and passes it to `read`. Handles the end marker and empty data. */
export function parseJsonEvent({ data }: WireEvent, read: (value: unknown) => StreamEvent): StreamEvent {
  const trimmed = data.trim();
  if (trimmed === '') return {};
  if (trimmed === doneMarker) return { done: true };
  const value = parseJson(trimmed);
  return value === undefined ? { malformed: true } : read(value);
}

/** Reads an event of an OpenAI-like stream: an end marker, an error, or JSON for `read`. Ignores other named events. */
export function readChunkEvent(wireEvent: WireEvent, read: (value: unknown) => StreamEvent): StreamEvent {
  const { event } = wireEvent;
  const data = wireEvent.data.trim();
  if (data === doneMarker) return { done: true };
  const isErrorEvent = event === 'error';
  const isForeign = event !== null && event !== '' && event !== 'message' && !isErrorEvent;
  if (data === '' || isForeign) return {};
  const value = parseJson(data);
  const error = value === undefined ? null : readProviderError(value, isErrorEvent);
  if (error !== null) return { error };
  if (isErrorEvent) return { error: { code: null, message: data } };
  return value === undefined ? { malformed: true } : read(value);
}

/** Creates a function that reads a JSON value of this schema and reports other values as malformed. */
export function createReader<T>(schema: z.ZodType<T>, read: (data: T, value: unknown) => StreamEvent) {
  return (value: unknown): StreamEvent => {
    const parsed = schema.safeParse(value);
    return parsed.success ? read(parsed.data, value) : { malformed: true };
  };
}

/** Reads an exception frame of an AWS event stream. The exception's name becomes the error code. */
export function readException({ event, data }: WireEvent): StreamEvent {
  const error = readProviderError(parseJson(data), true);
  const message = error?.message ?? (data.trim() || 'an exception without a message');
  return { error: { code: event ?? error?.code ?? null, message } };
}

/** Returns the parsed JSON. If the text is not JSON, returns undefined, which is never a JSON value. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type MaybeEmpty = { [K in 'text' | 'reasoning' | 'toolCallArguments' | 'finishReason']?: string } & {
  usage?: StreamEvent['usage'] | null;
};

export function stripEmpty(event: MaybeEmpty): StreamEvent {
  const stripped: StreamEvent = {};
  if (event.text) stripped.text = event.text;
  if (event.reasoning) stripped.reasoning = event.reasoning;
  if (event.toolCallArguments) stripped.toolCallArguments = event.toolCallArguments;
  if (event.finishReason) stripped.finishReason = event.finishReason;
  if (event.usage) stripped.usage = event.usage;
  return stripped;
}
