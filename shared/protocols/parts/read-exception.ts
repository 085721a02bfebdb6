import type { ServerSentEvent, StreamEvent } from '../dialect.ts';
import { readProviderError } from './read-provider-error.ts';

/**
 * An exception frame of an AWS event stream. The name of the exception is the error's code, and decides the outcome:
 *
 * | exception | outcome |
 * | --- | --- |
 * | `throttlingException` | `rate_limited`: the service has turned the request down, though after its status of 200 |
 * | `modelStreamErrorException`, `internalServerException`, `serviceUnavailableException`, `validationException`, `modelTimeoutException` (Bedrock) | `stream_error` |
 * | `ModelStreamError`, `InternalStreamFailure` (SageMaker) | `stream_error` |
 * | any other, and frames of type `error` | `stream_error` |
 */
export function readException({ event, data }: ServerSentEvent): StreamEvent {
  const told = readProviderError(parse(data), true);
  const message = told?.message ?? (data.trim() || 'an exception without a message');
  return { error: { code: event ?? told?.code ?? null, message } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
