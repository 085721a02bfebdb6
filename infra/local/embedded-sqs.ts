import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { mkdir } from 'node:fs/promises';
import { startFauxqs } from 'fauxqs';
import { z } from 'zod';
import type { EmbeddedServer } from './embedded-dynamodb.ts';
import { isLocalRequest } from './is-local-request.ts';

/**
 * Starts fauxqs, an implementation of the SQS protocol on SQLite, on 127.0.0.1.
 *
 * A queue keeps the URL, and with it the port, of the start that created it: a client needs
 * `useQueueUrlAsEndpoint: false`, and the URL that `CreateQueue` or `GetQueueUrl` gives.
 *
 * @param options.dataDir kept there across restarts and kills; in memory if left out
 * @param options.port a free one if left out
 * @returns the endpoint for `SQSClient` (any credentials will do) and `close`
 */
export async function startEmbeddedSqs(options: { dataDir?: string; port?: number } = {}): Promise<EmbeddedServer> {
  if (options.dataDir !== undefined) await mkdir(options.dataDir, { recursive: true });
  // Its server, Fastify, is published on this channel in the same tick, before it listens.
  subscribe('fastify.initialization', confineToLoopback);
  const starting = startFauxqs({
    port: options.port ?? 0,
    host: '127.0.0.1',
    logger: false,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  unsubscribe('fastify.initialization', confineToLoopback);
  const server = await starting;
  return { endpoint: `http://127.0.0.1:${server.port}`, close: () => server.stop() };
}

type Listen = (options: { port: number; host: string }) => Promise<string>;
type RequestHook = (
  request: { headers: Record<string, string> },
  reply: { code(status: number): { send(): void } },
  done: () => void,
) => void;
const fastifySchema = z.object({
  fastify: z.custom<{ listen: Listen; addHook(name: 'onRequest', hook: RequestHook): void }>(
    (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  ),
});

/** fauxqs listens on all interfaces and offers no choice; its queues are nobody else's business. */
function confineToLoopback(published: unknown): void {
  const { fastify } = fastifySchema.parse(published);
  const listen = fastify.listen.bind(fastify);
  fastify.listen = (options) => listen({ ...options, host: '127.0.0.1' });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isLocalRequest(request.headers)) done();
    else reply.code(403).send();
  });
}
