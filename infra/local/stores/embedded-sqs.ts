import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { startFauxqs } from 'fauxqs';
import { z } from 'zod';
import type { EmbeddedServer } from './embedded-dynamodb.ts';
import { isLocalRequest } from './embedded-dynamodb.ts';

export type EmbeddedSqs = EmbeddedServer & {
  /** Returns whether a receive call would return a message now. */
  hasMessage(queueName: string): boolean;
  /** Calls `listener` after each request to the queue server, because the request may have sent a message. */
  onRequest(listener: () => void): void;
};

/**
 * Starts fauxqs, an implementation of the SQS protocol on SQLite, on 127.0.0.1. Queue URLs contain the port at which
 * the queue was created, so clients need `useQueueUrlAsEndpoint: false`.
 * @param options.dataDir directory in which data survives restarts and kills; default: memory only
 * @param options.port default: a free port
 * @returns the endpoint for `SQSClient`, which accepts any credentials, and functions that inspect queues directly
 */
export async function startEmbeddedSqs(options: { dataDir?: string; port?: number } = {}): Promise<EmbeddedSqs> {
  if (options.dataDir !== undefined) await mkdir(options.dataDir, { recursive: true });
  const requests = new EventEmitter();
  const prepare = (published: unknown) => {
    const { fastify } = fastifySchema.parse(published);
    confineToLoopback(fastify);
    fastify.addHook('onResponse', (_request, _reply, done) => {
      requests.emit('request');
      done();
    });
  };
  // This channel publishes the Fastify server of fauxqs in the same tick, before the server listens.
  subscribe('fastify.initialization', prepare);
  const starting = startFauxqs({
    port: options.port ?? 0,
    host: '127.0.0.1',
    logger: false,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  unsubscribe('fastify.initialization', prepare);
  const server = await starting;
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    hasMessage: (queueName) => {
      const { ready = [], delayed = [], inflight = [] } = server.inspectQueue(queueName)?.messages ?? {};
      const nowMs = Date.now();
      return (
        ready.length > 0 ||
        delayed.some(({ delayUntil = 0 }) => delayUntil <= nowMs) ||
        inflight.some(({ visibilityDeadline }) => visibilityDeadline <= nowMs)
      );
    },
    onRequest: (listener) => void requests.on('request', listener),
    close: () => server.stop(),
  };
}

type Listen = (options: { port: number; host: string }) => Promise<string>;
type RequestHook = (
  request: { headers: Record<string, string> },
  reply: { code(status: number): { send(): void } },
  done: () => void,
) => void;
type Fastify = { listen: Listen; addHook(name: 'onRequest' | 'onResponse', hook: RequestHook): void };
const fastifySchema = z.object({
  fastify: z.custom<Fastify>((value) => typeof value === 'function' || (typeof value === 'object' && value !== null)),
});

/** Restricts fauxqs to 127.0.0.1. Otherwise, it listens on all network interfaces and has no option for this. */
function confineToLoopback(fastify: Fastify): void {
  const listen = fastify.listen.bind(fastify);
  fastify.listen = (options) => listen({ ...options, host: '127.0.0.1' });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (isLocalRequest(request.headers)) done();
    else reply.code(403).send();
  });
}
