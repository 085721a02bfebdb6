import type { Exchange } from '../instrument.ts';
import { ResponseFault } from './read-response-head.ts';

type Circumstances = { hasHeaders: boolean; isReused: boolean };

/** Names what became of a request that was on its way. The texts are ours or the system's codes: none has an address. */
export function describeFailure(
  error: Error,
  { hasHeaders, isReused }: Circumstances,
): NonNullable<Exchange['failure']> {
  if (error instanceof ResponseFault)
    return { kind: 'not_http', message: `What came is not HTTP/1.1 (${error.message})` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (hasHeaders) return { kind: 'broken', message: `The connection broke in the middle of the response (${code})` };
  const which = isReused ? 'kept-open connection' : 'connection';
  return { kind: 'broken', message: `The ${which} was closed before a response came (${code})` };
}
