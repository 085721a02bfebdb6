import { once } from 'node:events';
import net from 'node:net';
import { buildRequestHead } from './build-request-head.ts';
import { createConnectionPool } from './connection-pool.ts';
import { type RequestDeps, TimedRequest } from './timed-request.ts';

const requests = 40;
const chunk = 'data: {"choices":[{"delta":{"content":"warm"}}]}\n\n';
const framed = `${chunk.length.toString(16)}\r\n${chunk}\r\n`;
const response = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${framed.repeat(50)}0\r\n\r\n`;

/**
 * Sends requests to a small loopback server on this thread, so that V8 optimizes the hot path before the first measured
 * request. Keeps no results. Does nothing without a loopback interface.
 */
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
  const pool = createConnectionPool(origin, { egress: 'loopback', timeoutMs: 1_000 });
  const head = buildRequestHead(origin, {}, 'reuse');
  const body = new TextEncoder().encode('{}');
  for (let index = 0; index < requests; index++) {
    await new Promise<unknown>((resolve) => {
      new TimedRequest({ ...deps, head, pool, connection: 'reuse' }, { index, body }, null, resolve).send();
    });
  }
  pool.destroy();
  server.close();
}
