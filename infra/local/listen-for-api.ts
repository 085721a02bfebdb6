import { createServer, type RequestListener, type Server } from 'node:http';
import { getRequestListener } from '@hono/node-server';

/** Ports that no example and no document uses. */
const sparePorts = [8_797, 8_798] as const;

type Fetch = Parameters<typeof getRequestListener>[0];

export type ApiListener = {
  port: number;
  /** Answers requests from now on; those that come before get 503. */
  serve(fetch: Fetch): void;
  /** Takes no more requests, and cuts those that are open after the grace. */
  close(graceMs: number): Promise<void>;
};

/**
 * Listens on 127.0.0.1 before there is anything to serve: links and the Host check need the port.
 * @param port 0: a free one
 * @throws Error that says what to do, where the port is taken
 */
export async function listenForApi(port: number): Promise<ApiListener> {
  let answer: RequestListener = (_request, response) => {
    response.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain' }).end('Starting\n');
  };
  const server = createServer((request, response) => answer(request, response));
  await listen(server, port);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The API listens on no port');
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
      const remedy = `Stop what listens there, or choose another: PORT=${spare} npm start`;
      reject(new Error(`Port ${port} is taken. ${remedy}`));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
