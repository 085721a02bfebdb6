import type { Exchange } from '../instrument.ts';
import { ResponseFault } from './read-response-head.ts';

type Circumstances = { hasHeaders: boolean; isReused: boolean };

/** Describes how a sent request failed. The messages contain no addresses, only fixed texts and system codes. */
export function describeFailure(
  error: Error,
  { hasHeaders, isReused }: Circumstances,
): NonNullable<Exchange['failure']> {
  if (error instanceof ResponseFault)
    return { kind: 'not_http', message: `The response is not valid HTTP/1.1 (${error.message})` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (hasHeaders) return { kind: 'broken', message: `The connection broke in the middle of the response (${code})` };
  const which = isReused ? 'kept-open connection' : 'connection';
  return { kind: 'broken', message: `The ${which} was closed before a response arrived (${code})` };
}
