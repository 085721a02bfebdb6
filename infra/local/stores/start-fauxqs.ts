import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { startFauxqs } from 'fauxqs';
import { z } from 'zod';
import type { OwnSocket } from './own-socket.ts';

export type FauxqsServer = Awaited<ReturnType<typeof startFauxqs>>;

type Request = { url: string; headers: Record<string, string> };
type Reply = { code(status: number): Reply; type(contentType: string): Reply; send(body?: string): void };
type Route = { handler(request: Request, reply: Reply): unknown };
export type Fastify = {
  listen(options: { path: string } | { port: number; host: string }): Promise<string>;
  addHook(name: 'onRequest' | 'onResponse', hook: (request: Request, reply: Reply, done: () => void) => void): void;
  addHook(name: 'onRoute', hook: (route: Route) => void): void;
  setErrorHandler(handle: (error: unknown, request: unknown, reply: Reply) => void): void;
};
const publishedSchema = z.object({
  fastify: z.custom<Fastify>((value) => typeof value === 'function' || (typeof value === 'object' && value !== null)),
});

export type FauxqsOptions = {
  socket: OwnSocket;
  /** Directories in which data survives restarts; without one, data is in memory only. */
  storage: { dataDir?: string; s3StorageDir?: string };
  /** Returns whether a request is for the service that this server provides. Others get status 404. */
  isServed(request: Request): boolean;
  prepare(fastify: Fastify): void;
};

/** Starts fauxqs on a Unix socket that requires a credential. fauxqs implements SQS, SNS, S3, and STS in one server. */
export async function startFauxqsOnSocket({
  socket,
  storage,
  isServed,
  prepare,
}: FauxqsOptions): Promise<FauxqsServer> {
  const adapt = (published: unknown) => {
    const { fastify } = publishedSchema.parse(published);
    confineToSocket(fastify, socket, isServed);
    prepare(fastify);
  };
  // fauxqs publishes its Fastify server on this channel during the next call, before the server listens.
  subscribe('fastify.initialization', adapt);
  const starting = startFauxqs({ port: 0, logger: false, ...storage });
  unsubscribe('fastify.initialization', adapt);
  return starting;
}

/** Makes fauxqs listen only on the Unix socket. fauxqs has no option for this and listens on all interfaces. */
function confineToSocket(fastify: Fastify, socket: OwnSocket, isServed: FauxqsOptions['isServed']): void {
  const listen = fastify.listen.bind(fastify);
  fastify.listen = async () => {
    await listen({ path: socket.path });
    // fauxqs reads a port from this address, but nothing uses the port.
    return 'http://127.0.0.1:1';
  };
  fastify.addHook('onRequest', (request, reply, done) => {
    if (!socket.isAuthorized(request.headers)) reply.code(403).send();
    else if (!isServed(request)) reply.code(404).send();
    else done();
  });
}
