import { mkdir } from 'node:fs/promises';
import type { EmbeddedServer } from './embedded-dynamodb.ts';
import { keepBodiesInFiles } from './file-objects.ts';
import { reserveSocket } from './own-socket.ts';
import { type Fastify, startFauxqsOnSocket } from './start-fauxqs.ts';
import { describeStorageError } from './storage-error.ts';

/**
 * Starts fauxqs, which also implements the S3 protocol, on a Unix socket that requires a credential. Objects are files
 * in the data directory. They are never completely in memory.
 * @param options.dataDir directory in which data survives restarts and kills; default: memory only
 * @returns the endpoint for `createObjectStore`
 */
export async function startEmbeddedS3(options: { dataDir?: string } = {}): Promise<EmbeddedServer> {
  const { dataDir } = options;
  if (dataDir !== undefined) {
    await mkdir(dataDir, { recursive: true });
    await keepBodiesInFiles();
  }
  const socket = reserveSocket(dataDir);
  const server = await startFauxqsOnSocket({
    socket,
    storage: dataDir === undefined ? {} : { s3StorageDir: dataDir },
    isServed: isS3Request,
    prepare: (fastify) => {
      waitForBodies(fastify);
      sendFileErrors(fastify, dataDir ?? '');
    },
  });
  return {
    endpoint: socket.endpoint,
    close: async () => {
      await server.stop();
      socket.remove();
    },
  };
}

/** Returns whether a request is for a bucket. Requests for the other services have content types of their own. */
function isS3Request({ url, headers }: { url: string; headers: Record<string, string> }): boolean {
  const isOther = /^application\/(x-amz-json|x-www-form-urlencoded)/.test(headers['content-type'] ?? '');
  return !isOther && !/^\/(health|_fauxqs)(\/|$)/.test(url);
}

/** Makes Fastify wait until a body is sent. The handlers of fauxqs return at once, because they expect only short bodies. */
function waitForBodies(fastify: Fastify): void {
  fastify.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = async (request, reply) => (await handler(request, reply)) ?? reply;
  });
}

/** Makes fauxqs send an error of its files with its reason. Without this function, the client gets only 500. */
function sendFileErrors(fastify: Fastify, folder: string): void {
  fastify.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const { statusCode, body } = describeStorageError(error, folder);
    const code = body.__type.replace(/.*#/, '');
    const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const xml = `<Error><Code>${code}</Code><Message>${escapeXml(body.message)}</Message></Error>`;
    reply.code(statusCode).type('application/xml').send(xml);
  });
}
