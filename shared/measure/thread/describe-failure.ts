import { errors } from 'undici';
import type { Exchange } from '../instrument.ts';

type Circumstances = { hasHeaders: boolean; isReused: boolean };

/** Names what undici reports of a request that was on its way. The texts are ours or the parser's: none has an address. */
export function describeFailure(
  error: Error,
  { hasHeaders, isReused }: Circumstances,
): NonNullable<Exchange['failure']> {
  const fault = formFault(error);
  if (fault !== null) return { kind: 'not_http', message: `What came is not HTTP/1.1 (${fault})` };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  if (hasHeaders) return { kind: 'broken', message: `The connection broke in the middle of the response (${code})` };
  const which = isReused ? 'kept-open connection' : 'connection';
  return { kind: 'broken', message: `The ${which} was closed before a response came (${code})` };
}

/** What is wrong with the form of the response; null where it only came to an early end. */
function formFault(error: Error): string | null {
  if (error instanceof errors.HTTPParserError) {
    const reason = /\(([^)]+)\)/.exec(error.message)?.[1] ?? 'parser error';
    // The end of the connection in the middle of a message is a parser error too, but says nothing of the form.
    return /eof/i.test(reason) ? null : reason;
  }
  if (error instanceof errors.HeadersOverflowError) return 'the head is too large';
  const isUnasked = error instanceof errors.SocketError && /^bad (?:response|upgrade)$/.test(error.message);
  return isUnasked ? error.message : null;
}
