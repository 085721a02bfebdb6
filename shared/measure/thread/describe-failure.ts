import { errors } from 'undici';
import type { Exchange } from '../instrument.ts';

type Circumstances = { hasHeaders: boolean; isReused: boolean };

/** Names what undici reports of a request that was on its way. The texts are ours: none carries an address. */
export function describeFailure(
  error: Error,
  { hasHeaders, isReused }: Circumstances,
): NonNullable<Exchange['failure']> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (isNotHttp(error, code)) return { kind: 'not_http', message: `What came is not HTTP/1.1 (${code})` };
  if (hasHeaders) return { kind: 'broken', message: `The connection broke in the middle of the response (${code})` };
  const which = isReused ? 'kept-open connection' : 'connection';
  return { kind: 'broken', message: `The ${which} was closed before a response came (${code})` };
}

function isNotHttp(error: Error, code: string): boolean {
  // The end of the connection in the middle of a message is a parser error too, but says nothing of the form.
  if (error instanceof errors.HTTPParserError) return code !== 'HPE_INVALID_EOF_STATE';
  if (error instanceof errors.HeadersOverflowError) return true;
  return error instanceof errors.SocketError && (error.message === 'bad response' || error.message === 'bad upgrade');
}
