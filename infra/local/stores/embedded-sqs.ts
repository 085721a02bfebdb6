import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { EventEmitter } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startFauxqs } from 'fauxqs';
import { z } from 'zod';
import type { EmbeddedServer } from './embedded-dynamodb.ts';
import { type OwnSocket, reserveSocket } from './own-socket.ts';
import { describeStorageError, isDatabaseError } from './storage-error.ts';

/** Name of the file in the directory of the queues. fauxqs chooses it. */
const queueFileName = 'fauxqs.db';

export type EmbeddedSqs = EmbeddedServer & {
  /** Returns whether a receive call would return a message now. */
  hasMessage(queueName: string): boolean;
  /** Calls `listener` after each request to the queue server, because the request may have sent a message. */
  onRequest(listener: () => void): void;
};

/**
 * Starts fauxqs, an implementation of the SQS protocol on SQLite, on a Unix socket that requires a credential. The host
 * name in a queue's URL does not resolve, so clients need `useQueueUrlAsEndpoint: false`.
 * @param options.dataDir directory in which data survives restarts and kills; default: memory only
 * @returns the endpoint for `createSqsClient`, and functions to inspect queues without a request
 */
export async function startEmbeddedSqs(options: { dataDir?: string } = {}): Promise<EmbeddedSqs> {
  if (options.dataDir !== undefined) await mkdir(options.dataDir, { recursive: true });
  const socket = reserveSocket(options.dataDir);
  const requests = new EventEmitter();
  const prepare = (published: unknown) => {
    const { fastify } = fastifySchema.parse(published);
    confineToSocket(fastify, socket);
    sendStorageErrors(fastify, join(options.dataDir ?? '', queueFileName));
    fastify.addHook('onResponse', (_request, _reply, done) => {
      requests.emit('request');
      done();
    });
  };
  // fauxqs publishes its Fastify server on this channel during the next call, before the server listens.
  subscribe('fastify.initialization', prepare);
  const starting = startFauxqs({
    port: 0,
    logger: false,
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  unsubscribe('fastify.initialization', prepare);
  const server = await starting;
  return {
    endpoint: socket.endpoint,
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
    close: async () => {
      await server.stop();
      socket.remove();
    },
  };
}

type RequestHook = (
  request: { headers: Record<string, string> },
  reply: { code(status: number): { send(): void } },
  done: () => void,
) => void;
type Fastify = {
  listen(options: { path: string } | { port: number; host: string }): Promise<string>;
  addHook(name: 'onRequest' | 'onResponse', hook: RequestHook): void;
  setErrorHandler(
    handle: (
      error: unknown,
      request: unknown,
      reply: { code(status: number): { type(contentType: string): { send(body: string): void } } },
    ) => void,
  ): void;
};
const fastifySchema = z.object({
  fastify: z.custom<Fastify>((value) => typeof value === 'function' || (typeof value === 'object' && value !== null)),
});

/** Returns whether a request is for SQS. fauxqs also serves SNS, S3, and STS, which the service does not use. */
function isSqsRequest(headers: Record<string, string>): boolean {
  const isSqsType = (headers['content-type'] ?? '').startsWith('application/x-amz-json-1.0');
  return isSqsType && (headers['x-amz-target'] ?? '').startsWith('AmazonSQS.');
}

/** Makes fauxqs listen only on the Unix socket. fauxqs has no option for this and listens on all interfaces. */
function confineToSocket(fastify: Fastify, socket: OwnSocket): void {
  const listen = fastify.listen.bind(fastify);
  fastify.listen = async () => {
    await listen({ path: socket.path });
    // fauxqs reads a port from this address, but nothing uses the port.
    return 'http://127.0.0.1:1';
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!socket.isAuthorized(request.headers)) reply.code(403).send();
    else if (!isSqsRequest(request.headers)) reply.code(404).send();
    else done();
  });
}

/** Makes fauxqs send an error of its database file with its reason. Without this function, the client gets only 500. */
function sendStorageErrors(fastify: Fastify, file: string): void {
  fastify.setErrorHandler((error, _request, reply) => {
    if (!isDatabaseError(error)) throw error;
    const { statusCode, body } = describeStorageError(error, file);
    reply.code(statusCode).type('application/x-amz-json-1.0').send(JSON.stringify(body));
  });
}
