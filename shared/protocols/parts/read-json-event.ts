import type { ServerSentEvent, StreamEvent } from '../dialect.ts';
import { readProviderError } from './read-provider-error.ts';

const doneMarker = '[DONE]';

/**
 * What all JSON event streams of the OpenAI family share: the end marker, error events, undecodable data. `read` gets the
 * decoded value of any other event. Events with a name of their own (`ping`) are the provider's business and say nothing.
 */
export function readJsonEvent({ event, data }: ServerSentEvent, read: (value: unknown) => StreamEvent): StreamEvent {
  const trimmed = data.trim();
  if (trimmed === doneMarker) return { done: true };
  const isErrorEvent = event === 'error';
  const isForeign = event !== null && event !== '' && event !== 'message' && !isErrorEvent;
  if (trimmed === '' || isForeign) return {};
  let value: unknown;
  try {
    value = JSON.parse(trimmed);
  } catch {
    return isErrorEvent ? { error: { code: null, message: trimmed } } : { malformed: true };
  }
  const error = readProviderError(value, isErrorEvent);
  if (error !== null) return { error };
  if (isErrorEvent) return { error: { code: null, message: trimmed } };
  return read(value);
}
