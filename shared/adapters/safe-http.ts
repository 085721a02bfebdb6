import { Agent, request } from 'undici';
import type { Config } from '../config.ts';
import { ConnectError } from '../egress/connect-error.ts';
import { createGuardedConnect } from '../egress/guarded-connect.ts';
import type { Clock, HttpReply, SafeHttp } from '../ports.ts';
import { createClock } from './system-clock.ts';

/** Enough of a reply to see in a delivery log what the receiver had to say. */
const maxBodyBytes = 4_096;

/**
 * POSTs over connections that reach only addresses the egress allows, checked inside the look-up at each connect.
 * A redirect is a reply like any other. Each request has a connection of its own, so none is made under a check of earlier.
 * @param clock times the request
 */
export function createSafeHttp(egress: Config['egress'], clock: Pick<Clock, 'monotonicMs'> = createClock()): SafeHttp {
  return {
    post: async (url, headers, body, timeoutMs) => {
      const startMs = clock.monotonicMs();
      const agent = new Agent({ connect: createGuardedConnect(egress), pipelining: 0, maxOrigins: 1 });
      const signal = AbortSignal.timeout(timeoutMs);
      try {
        const reply = await request(parseUrl(url), { method: 'POST', headers, body, dispatcher: agent, signal });
        const text = await readStart(reply.body, signal);
        return {
          httpStatus: reply.statusCode,
          body: text,
          durationMs: clock.monotonicMs() - startMs,
        } satisfies HttpReply;
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
  if (url.username !== '' || url.password !== '') throw new SafeError('The URL carries a user name or password');
  return url;
}

/** The first bytes of the body as text; the rest is not waited for. A reply that breaks off has arrived all the same. */
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
  // A character that the bound cuts through is left out, not shown as damage.
  return new TextDecoder().decode(Buffer.concat(chunks).subarray(0, maxBodyBytes), { stream: true });
}

/** An error whose message is ours and names nothing but what the caller knows. */
class SafeError extends Error {}

function toSafeError(error: unknown, timeoutMs: number): Error {
  if (error instanceof SafeError) return error;
  if (error instanceof ConnectError) return new SafeError(error.message);
  if (error instanceof Error && error.name === 'TimeoutError')
    return new SafeError(`No reply within ${timeoutMs} ms`, { cause: error });
  return new SafeError('The connection broke, or the reply was not HTTP', { cause: error });
}
