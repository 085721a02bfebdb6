import { once } from 'node:events';
import net from 'node:net';
import { ownServers } from '../../egress/own-servers.ts';
import { ConnectionPool } from './connection-pool.ts';
import { buildRequestHead } from './http/build-request-head.ts';
import type { RequestDeps } from './request-deps.ts';
import { TimedRequest } from './timed-request.ts';

const requests = 40;
const chunk = 'data: {"choices":[{"delta":{"content":"warm"}}]}\n\n';
const framed = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
const response = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${framed.repeat(50)}e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n`;

/** Sends requests to a loopback server, so that V8 optimizes the measuring code before the first measured request. */
export async function warmCode(deps: RequestDeps): Promise<void> {
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', () => socket.write(response));
  });
  const listening = once(server, 'listening').catch(() => null);
  server.listen(0, '127.0.0.1');
  if ((await listening) === null) return;
  const address = server.address();
  if (address === null || typeof address === 'string') return;
  const origin = new URL(`http://127.0.0.1:${address.port}`);
  const pool = new ConnectionPool(origin, { egress: ownServers, timeoutMs: 1_000 });
  const head = buildRequestHead(origin, {}, 'reuse');
  const body = new TextEncoder().encode('{}');
  for (let index = 0; index < requests; index++) {
    await new Promise<unknown>((resolve) => {
      new TimedRequest(
        {
          ...deps,
          head,
          redirects: null,
          proxyNote: null,
          notesVersion: false,
          keepsWire: false,
          pool,
          connection: 'reuse',
        },
        { index, body },
        null,
        resolve,
      ).send();
    });
  }
  pool.destroy();
  server.close();
}

/**
 * Collects garbage twice. Otherwise, V8 would mark the old generation about a second into the load, with pauses of up
 * to 15 ms. Does nothing without `--expose-gc`. The flag is not set at run time, because that can crash the process.
 */
export function settleHeap(): void {
  const { gc } = globalThis;
  gc?.();
  gc?.();
}

/** Collects only the young generation in 1–2 ms. Two collections move all live objects to the old generation. */
export function settleYoung(): void {
  const { gc } = globalThis;
  gc?.({ type: 'minor', execution: 'sync' });
  gc?.({ type: 'minor', execution: 'sync' });
}
