import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ApiListener, listenForApi } from '../../../infra/local/listen-for-api.ts';
import { type ApiBench, openApiBench } from '../../support/service/api-bench.ts';
import { recordCases } from '../record-cases.ts';
import { rawRequests } from './raw-requests.ts';

let bench: ApiBench;
let api: ApiListener;

beforeAll(async () => {
  api = await listenForApi(0);
  const { port } = api;
  const hosts = `127.0.0.1:${port},localhost:${port}`;
  bench = await openApiBench(
    { ALLOWED_HOSTS: hosts, PUBLIC_URL: `http://127.0.0.1:${port}`, EGRESS: 'loopback' },
    {},
    'embedded',
  );
  api.serve(bench.app.fetch);
});
afterAll(async () => {
  await api.close(0);
  await bench.close();
});

const maxWaitMs = 5_000;

/** Sends bytes and returns everything that the API sends until it closes the connection or is silent for too long. */
async function send(bytes: string | Uint8Array): Promise<string> {
  const socket = net.connect(api.port, '127.0.0.1');
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  socket.on('error', () => {});
  // Not by `once`, which would reject if the API resets the connection.
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  socket.end(bytes);
  const silence = setTimeout(() => socket.destroy(), maxWaitMs);
  await closed;
  clearTimeout(silence);
  return received;
}

const listStatuses = (received: string) =>
  [...received.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, code]) => Number(code));

describe('Raw HTTP requests', () => {
  test.for(rawRequests)('$name', async ({ bytes }, context) => {
    const itemsBefore = await bench.dump();
    const received = await send(bytes({ port: api.port, key: bench.key }));
    const statuses = listStatuses(received);
    recordCases(context, 1, statuses.length === 0 ? 'closed without a response' : statuses.join(', '));
    // One request has one response at most: more would mean that bytes of its body were read as another request.
    expect(statuses.length).toBeLessThanOrEqual(1);
    for (const status of statuses) expect(status).toBeLessThan(500);
    expect(received).not.toContain('root:');
    expect(received).not.toContain(bench.key);
    const countRuns = (items: string) => items.split('"RUN"').length;
    expect(countRuns(await bench.dump())).toBe(countRuns(itemsBefore));
    expect((await fetch(`http://127.0.0.1:${api.port}/healthz`)).status).toBe(200);
  });

  test('200 slow requests do not keep others from a response', async (context) => {
    const sockets = Array.from({ length: 200 }, () => net.connect(api.port, '127.0.0.1').on('error', () => {}));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    for (const socket of sockets) socket.write('GET /v1/runs HTTP/1.1\r\nHost: ');
    const startMs = performance.now();
    expect((await fetch(`http://127.0.0.1:${api.port}/healthz`)).status).toBe(200);
    const elapsedMs = performance.now() - startMs;
    for (const socket of sockets) socket.destroy();
    recordCases(context, sockets.length, `response after ${elapsedMs.toFixed(0)} ms`);
    expect(elapsedMs).toBeLessThan(1_000);
  });
});
