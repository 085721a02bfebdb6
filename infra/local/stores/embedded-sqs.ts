import { EventEmitter } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EmbeddedServer } from './embedded-dynamodb.ts';
import { reserveSocket } from './own-socket.ts';
import { type Fastify, startFauxqsOnSocket } from './start-fauxqs.ts';
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
  const { dataDir } = options;
  if (dataDir !== undefined) await mkdir(dataDir, { recursive: true });
  const socket = reserveSocket(dataDir);
  const requests = new EventEmitter();
  const server = await startFauxqsOnSocket({
    socket,
    storage: dataDir === undefined ? {} : { dataDir },
    isServed: isSqsRequest,
    prepare: (fastify) => {
      sendStorageErrors(fastify, join(dataDir ?? '', queueFileName));
      fastify.addHook('onResponse', (_request, _reply, done) => {
        requests.emit('request');
        done();
      });
    },
  });
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

/** Returns whether a request is for SQS. fauxqs also serves SNS, S3, and STS, which this server does not provide. */
function isSqsRequest({ headers }: { headers: Record<string, string> }): boolean {
  const isSqsType = (headers['content-type'] ?? '').startsWith('application/x-amz-json-1.0');
  return isSqsType && (headers['x-amz-target'] ?? '').startsWith('AmazonSQS.');
}

/** Makes fauxqs send an error of its database file with its reason. Without this function, the client gets only 500. */
function sendStorageErrors(fastify: Fastify, file: string): void {
  fastify.setErrorHandler((error, _request, reply) => {
    if (!isDatabaseError(error)) throw error;
    const { statusCode, body } = describeStorageError(error, file);
    reply.code(statusCode).type('application/x-amz-json-1.0').send(JSON.stringify(body));
  });
}
