import dns from 'node:dns';
import { Agent, request } from 'undici';
import type { Config, Egress } from '../../shared/config.ts';
import { ConnectError } from '../../shared/egress/connect-error.ts';
import { type ConnectOptions, createGuardedConnect } from '../../shared/egress/open-socket.ts';
import type { Clock, SafeHttp } from '../../shared/ports.ts';
import { countLookupPlaces, shareLookups } from './share-lookups.ts';

/** Maximum number of response body bytes to keep for the delivery log. */
const maxBodyBytes = 4_096;

/**
 * Creates an HTTP client that connects only to addresses that the egress rules allow. Each request opens a new
 * connection, so that the resolved address is checked each time. The client does not follow redirects.
 * @param options `threads` is the number of threads of the process
 */
export function createSafeHttp(
  egress: Egress,
  clock: Pick<Clock, 'monotonicMs'>,
  { threads, ...options }: ConnectOptions & Pick<Config, 'threads'>,
): SafeHttp {
  const resolveFor = shareLookups(options.resolve ?? dns.lookup, countLookupPlaces(threads), clock.monotonicMs);
  return {
    post: async (url, headers, body, timeoutMs, tenantId) => {
      const startMs = clock.monotonicMs();
      const connect = createGuardedConnect(egress, undefined, { ...options, resolve: resolveFor(tenantId) });
      const agent = new Agent({ connect, pipelining: 0, maxOrigins: 1 });
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const reply = await request(parseUrl(url), { method: 'POST', headers, body, dispatcher: agent, signal });
        const text = await readStart(reply.body, signal);
        const given = reply.headers['retry-after'];
        const retryAfter = (Array.isArray(given) ? given[0] : given) ?? null;
        return { httpStatus: reply.statusCode, body: text, durationMs: clock.monotonicMs() - startMs, retryAfter };
      } catch (error) {
        throw toSafeError(error, timeoutMs);
      } finally {
        await agent.destroy();
      }
    },
  };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new SafeError('The URL is not an http or https URL');
  if (url.username !== '' || url.password !== '') throw new SafeError('The URL contains a user name or password');
  return url;
}

/** Reads the start of the body as text and ignores the rest. If the connection breaks, returns the text so far. */
async function readStart(body: AsyncIterable<Buffer>, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of body) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBodyBytes) break;
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  // In streaming mode, the decoder omits a character that the limit cut in half.
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, maxBodyBytes), { stream: true });
}

/** No response arrived in time, or the connection was not made in time. */
export class HttpTimeoutError extends Error {}

/** An error whose message contains only data that the caller provided. */
class SafeError extends Error {}

function toSafeError(error: unknown, timeoutMs: number): Error {
  if (error instanceof SafeError) return error;
  if (error instanceof ConnectError && error.code === 'CONNECT_TIMEOUT')
    return new HttpTimeoutError(error.message, { cause: error });
  if (error instanceof ConnectError) return new SafeError(error.message);
  if (error instanceof Error && error.name === 'TimeoutError')
    return new HttpTimeoutError(`No response within ${timeoutMs} ms`, { cause: error });
  return new SafeError('The connection broke, or the response was not HTTP', { cause: error });
}
