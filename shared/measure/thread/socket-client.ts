import type net from 'node:net';
import { Client } from 'undici';

/**
 * How long an idle connection is kept where the server does not say (`keep-alive: timeout=…`): below the 5 s at which
 * common servers (uvicorn, Node) close, since a request that meets that closing on its way fails.
 */
const idleTimeoutMs = 4_000;

/** A client for this one socket: asked for another, it says that the connection is stale, and sends nothing. */
export function createSocketClient(origin: URL, socket: net.Socket, onClose: () => void): Client {
  const unwatch = watchUnused(socket, onClose);
  let isGiven = false;
  const client = new Client(origin, {
    connect: (_options, callback) => {
      if (isGiven || socket.destroyed) {
        queueMicrotask(() => callback(new Error('The connection had been closed'), null));
        return;
      }
      isGiven = true;
      unwatch();
      queueMicrotask(() => callback(null, socket));
    },
    allowH2: false,
    pipelining: 1,
    // Deadlines are the request's own, from its start and with a finer grain.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: idleTimeoutMs,
    keepAliveTimeoutThreshold: 1_000,
  });
  client.on('disconnect', onClose);
  return client;
}

/** Until the client reads the socket, somebody must, or the server's closing would go unnoticed. */
function watchUnused(socket: net.Socket, onClose: () => void): () => void {
  const onReadable = () => {
    // A byte before any request is no answer to one.
    if (socket.read() !== null) onClose();
  };
  socket.on('readable', onReadable).on('end', onClose).on('close', onClose);
  return () => {
    socket.off('readable', onReadable).off('end', onClose).off('close', onClose);
  };
}
