import { createServer, type RequestListener, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { answerBrokenRequests } from './answer-broken-requests.ts';

/** Ports to suggest if the default port is in use. No example or document uses these ports. */
const sparePorts = [8_797, 8_798] as const;

type Fetch = Parameters<typeof getRequestListener>[0];

export type ApiListener = {
  port: number;
  /** Starts to handle requests. Before this call, every request gets status 503. */
  serve(fetch: Fetch): void;
  /** Stops accepting requests. After `graceMs` (in ms), closes the connections that are still open. */
  close(graceMs: number): Promise<void>;
};

/**
 * Listens on 127.0.0.1 before the service is ready, because links and the check of the Host header need the port.
 * @param port 0 chooses a free port
 * @throws Error with a remedy if the port is in use
 */
export async function listenForApi(port: number): Promise<ApiListener> {
  let answer: RequestListener = (_request, response) => {
    response.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain' }).end('Starting\n');
  };
  const server = createServer((request, response) => answer(request, response));
  answerBrokenRequests(server);
  await listen(server, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Internal error: the API has no port.');
  return {
    port: address.port,
    serve: (fetch) => {
      answer = getRequestListener(fetch, { hostname: '127.0.0.1' });
    },
    close: async (graceMs) => {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(cut);
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      const spare = port === sparePorts[0] ? sparePorts[1] : sparePorts[0];
      reject(new Error(`Port ${port} is in use. Stop the other program, or use another port: PORT=${spare} npm start`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
