import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSafeHttp, HttpTimeoutError } from '../../../functions/notifier/safe-http.ts';
import { createClock } from '../../../shared/adapters/system-clock.ts';
import { ownServers } from '../../../shared/egress/own-servers.ts';

describe('safe HTTP', () => {
  type Seen = {
    method?: string | undefined;
    url?: string | undefined;
    headers: IncomingMessage['headers'];
    body: string;
  };
  const seen: Seen[] = [];
  let respond: (response: ServerResponse) => void;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: Buffer.concat(chunks).toString(),
    });
    respond(response);
  });
  let origin: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listens on an address, not on a pipe
  });
  beforeEach(() => {
    seen.length = 0;
    respond = (response) => response.end('ok');
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const http = createSafeHttp(ownServers, createClock(), { threads: 4 });
  const post = (path: string, timeoutMs = 5_000) =>
    http.post(origin + path, { 'content-type': 'application/json', 'webhook-id': 'evt_1' }, '{"é":1}', timeoutMs, 'a');

  it('sends exactly the given headers and bytes, and returns status, body, and duration', async () => {
    respond = (response) => response.writeHead(201).end('thanks');
    const reply = await post('/hook?a=1');
    expect(reply).toMatchObject({ httpStatus: 201, body: 'thanks' });
    expect(reply.durationMs).toBeGreaterThan(0);
    expect(seen).toMatchObject([{ method: 'POST', url: '/hook?a=1', body: '{"é":1}' }]);
    expect(seen[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': 'evt_1' });
    expect(seen[0]?.headers).not.toHaveProperty('cookie');
  });

  it('returns a redirect as the reply, and does not follow it', async () => {
    respond = (response) => response.writeHead(307, { location: `${origin}/elsewhere` }).end();
    expect(await post('/hook')).toMatchObject({ httpStatus: 307, body: '' });
    expect(seen.map(({ url }) => url)).toEqual(['/hook']);
  });

  it('times out if the server accepts the connection but stays silent to TLS', async () => {
    const silent = createTcpServer((socket) => void socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo; // listens on an address, not on a pipe
    const hasty = createSafeHttp(ownServers, createClock(), { threads: 4, timeoutMs: 200 });
    const posting = hasty.post(`https://127.0.0.1:${port}/`, {}, '{}', 5_000, 'a');
    await expect(posting).rejects.toBeInstanceOf(HttpTimeoutError);
    await new Promise((resolve) => silent.close(resolve));
  });

  it('returns an error status as a reply', async () => {
    respond = (response) => response.writeHead(503).end('busy');
    expect(await post('/hook')).toMatchObject({ httpStatus: 503, body: 'busy' });
  });

  it('reads at most 4 KB of a reply, even if it never ends, and cuts no character in half', async () => {
    let closed = false;
    respond = (response) => {
      response.on('close', () => {
        closed = true;
      });
      const fill = () => {
        while (!response.destroyed && response.write('éx'.repeat(5_000)));
        response.once('drain', fill);
      };
      fill();
    };
    const { body } = await post('/endless');
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4_096);
    expect(body).toBe('éx'.repeat(1_365));
    await expect.poll(() => closed, { timeout: 5_000 }).toBe(true);
  });

  it('times out before or during the reply', async () => {
    respond = () => {};
    await expect(post('/silent', 50)).rejects.toThrow('No response within 50 ms');
    respond = (response) => response.write('half');
    await expect(post('/half', 50)).rejects.toThrow('No response within 50 ms');
  });

  it('rejects addresses that the egress rules do not allow, before it sends anything', async () => {
    const strict = createSafeHttp({ ...ownServers, level: 'public' }, createClock(), { threads: 4 });
    const port = new URL(origin).port;
    for (const host of [
      '127.0.0.1',
      'localhost',
      '[::1]',
      '[::ffff:127.0.0.1]',
      '2130706433',
      '0.0.0.0',
      '169.254.169.254',
    ])
      await expect(strict.post(`http://${host}:${port}/`, {}, 'x', 2_000, 'a'), host).rejects.toThrow(/not allowed/);
    await expect(http.post('http://10.0.0.1/', {}, 'x', 2_000, 'a')).rejects.toThrow(/not allowed/);
    expect(seen).toEqual([]);
  });

  it('rejects a URL that is not http or https, or that contains a password', async () => {
    for (const url of ['nonsense', 'ftp://127.0.0.1/', 'file:///etc/passwd', 'javascript:1', ''])
      await expect(http.post(url, {}, 'x', 1_000, 'a'), url).rejects.toThrow('not an http or https URL');
    const withPassword = origin.replace('//', '//user:hunter22@');
    await expect(http.post(withPassword, {}, 'x', 1_000, 'a')).rejects.toThrow(/^(?!.*hunter22).*password/);
  });

  it('reports a refused connection, a broken one, and a non-HTTP reply without secrets', async () => {
    const broken = createTcpServer((socket) => socket.once('data', () => socket.end('SSH-2.0-secret-banner\r\n')));
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const { port } = broken.address() as AddressInfo; // as above
    await expect(http.post(`http://127.0.0.1:${port}/`, {}, 'x', 2_000, 'a')).rejects.toThrow(
      'The connection broke, or the response was not HTTP',
    );
    await expect(http.post(`https://127.0.0.1:${port}/`, {}, 'x', 2_000, 'a')).rejects.toThrow(/TLS/);
    await new Promise((resolve) => broken.close(resolve));
    await expect(http.post(`http://127.0.0.1:${port}/`, {}, 'x', 2_000, 'a')).rejects.toThrow(/refused/);
  });

  it('opens a new connection for each request', async () => {
    const count = () => new Promise<number>((resolve) => server.getConnections((_, open) => resolve(open)));
    await post('/one');
    await expect.poll(count, { timeout: 5_000 }).toBe(0);
  });
});
