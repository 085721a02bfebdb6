import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Egress } from '../../../shared/config.ts';
import { openSocket } from '../../../shared/egress/open-socket.ts';

/** Maximum time in ms for a document, and its maximum size in bytes. Issuers have documents of a few kilobytes. */
const timeoutMs = 5_000;
const maxBytes = 524_288;

/**
 * Fetches a document over HTTP from an address that the egress rules allow. Follows no redirects.
 * @throws Error if the document is too large, or does not arrive in time
 */
export async function fetchDocument(egress: Egress, url: URL): Promise<Response> {
  const signal = AbortSignal.timeout(timeoutMs);
  const socket = await connect(egress, url);
  try {
    return await exchange(socket, url, signal);
  } finally {
    socket.destroy();
  }
}

function connect(egress: Egress, { hostname, port, protocol }: URL): Promise<Socket> {
  const secure = protocol === 'https:';
  const target = { hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port || (secure ? 443 : 80)), secure };
  return new Promise((resolve, reject) => {
    openSocket(target, { egress, timeoutMs }, ({ socket, error }) =>
      error === null ? resolve(socket) : reject(error),
    );
  });
}

function exchange(socket: Socket, url: URL, signal: AbortSignal): Promise<Response> {
  const headers = { host: url.host, accept: 'application/json', 'accept-encoding': 'identity', connection: 'close' };
  const options = { createConnection: () => socket, path: url.pathname + url.search, headers, signal };
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response
        .on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBytes) response.destroy(new Error(`The document is larger than ${maxBytes} bytes`));
          else chunks.push(chunk);
        })
        .on('error', reject)
        .on('end', () => resolve(new Response(Buffer.concat(chunks), { status: response.statusCode ?? 502 })));
    })
      .on('error', reject)
      .end();
  });
}
