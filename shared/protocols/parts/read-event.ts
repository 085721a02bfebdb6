import type { z } from 'zod';
import type { StreamEvent } from '../dialect.ts';
import type { WireEvent } from '../framing/decode-events.ts';
import { readProviderError } from './provider-error.ts';
import { saysRateLimit } from './rate-limit.ts';
import { isObject } from './usage.ts';

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
  if (data === '') return {};
  const value = parseJson(data);
  // Some servers label every chunk. The data tells chunks from the events of the provider's own.
  if (isForeign && !isChunk(value)) return {};
  const error = value === undefined ? null : readProviderError(value, isErrorEvent);
  if (error !== null) return { error };
  if (isErrorEvent) return { error: { code: null, message: data } };
  if (value === undefined) return { malformed: true };
  const found = read(value);
  const told = isForeign || Object.keys(found).length > 0 ? null : readProviderError(value, true);
  return told === null || told.code === null ? found : { error: told };
}

const chunkNames = ['choices', 'candidates', 'token', 'generated_text', 'usage', 'usageMetadata', 'error'];

function isChunk(value: unknown): boolean {
  return isObject(value) && chunkNames.some((name) => name in value);
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
  const code = event ?? error?.code ?? null;
  return { error: { ...error, code, message, ...(saysRateLimit(code, message) ? { isRateLimit: true } : {}) } };
}

/** Maximum depth of a JSON value. Readers follow nested values by recursion, which a deeper value could break. */
const maxDepth = 500;

/** Returns the parsed JSON. Returns undefined, which is never a JSON value, for other texts and for deep nesting. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // Each level has two brackets, so short events need no check.
    return text.length >= 2 * maxDepth && isTooDeep(value) ? undefined : value;
  } catch {
    return undefined;
  }
}

function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return false;
}

type MaybeEmpty = {
  [K in TextName]?: string | null | undefined;
} & { usage?: StreamEvent['usage'] | null };

type TextName =
  | 'text'
  | 'reasoning'
  | 'toolCallArguments'
  | 'toolCallName'
  | 'finishReason'
  | 'finishMessage'
  | 'unread';

/** Drops what is empty. Names each field, because a loop over names costs several times as much and runs per event. */
export function stripEmpty(event: MaybeEmpty): StreamEvent {
  const stripped: StreamEvent = {};
  if (event.text) stripped.text = event.text;
  if (event.reasoning) stripped.reasoning = event.reasoning;
  if (event.toolCallArguments) stripped.toolCallArguments = event.toolCallArguments;
  if (event.toolCallName) stripped.toolCallName = event.toolCallName;
  if (event.finishReason) stripped.finishReason = event.finishReason;
  if (event.finishMessage) stripped.finishMessage = event.finishMessage;
  if (event.unread) stripped.unread = event.unread;
  if (event.usage) stripped.usage = event.usage;
  return stripped;
}
