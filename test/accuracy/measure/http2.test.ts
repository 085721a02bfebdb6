import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { countBy, measure, prepared } from '../../support/factories/run-phase.ts';
import { done, finish, role, text } from '../../support/servers/scripted-responses.ts';
import { closedLoop } from './serve-session.ts';

const readPem = (name: string): string => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');
const ca = readPem('certificate.pem');
const secure = { key: readPem('key.pem'), cert: ca };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

type Answer = (stream: http2.ServerHttp2Stream, number: number) => unknown;
const event = { ':status': 200, 'content-type': 'text/event-stream' };
const good: Answer = (stream) => {
  stream.respond(event);
  stream.end(role + text('Hi') + finish + done);
};

/** Starts a server that speaks only HTTP/2, with or without TLS. */
async function serve(answer: Answer, isSecure = false) {
  const server = isSecure ? http2.createSecureServer(secure) : http2.createServer();
  const heads: http2.IncomingHttpHeaders[] = [];
  const sessions = new Set<http2.ServerHttp2Session>();
  server.on('session', (session: http2.ServerHttp2Session) => sessions.add(session));
  server.on('stream', (stream: http2.ServerHttp2Stream, head: http2.IncomingHttpHeaders) => {
    heads.push(head);
    const number = heads.length - 1;
    stream.on('error', () => {});
    stream.resume().on('end', () => answer(stream, number));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo; // an object, because it listens on an address and not on a pipe
  return { url: isSecure ? `https://localhost:${port}` : `http://127.0.0.1:${port}`, heads, sessions };
}

describe('HTTP/2', () => {
  test('sends the fields that HTTP/1.1 would, and reuses connections', async () => {
    const server = await serve(good);
    const set = {
      httpVersion: '2',
      headers: { authorization: 'Bearer sk-1' },
      requests: prepared(6, '{"a":1}'),
    } as const;
    const { read, exchanges } = await measure(server.url, 6, closedLoop(2), set);
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 6 });
    expect(server.sessions.size).toBe(2);
    expect(exchanges.filter(({ connection }) => connection?.reused)).toHaveLength(4);
    expect(server.heads[0]).toMatchObject({
      ':method': 'POST',
      ':path': '/v1/chat/completions',
      authorization: 'Bearer sk-1',
      'content-length': '7',
      'accept-encoding': 'identity',
    });
    for (const { startMs, headersMs, endMs } of exchanges) {
      const instants = [startMs, headersMs, endMs].map((ms) => ms ?? Number.NaN);
      expect(instants).toEqual(instants.toSorted((a, b) => a - b));
    }
  });

  test('is chosen by the TLS handshake with auto, which samples note, and is required with 2', async () => {
    const modern = await serve(good, true);
    const old = https.createServer({ ...secure, ALPNProtocols: ['http/1.1'] }, (request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(text('Hi') + finish + done);
    });
    old.listen(0, '127.0.0.1');
    await once(old, 'listening');
    closers.push(() => {
      old.closeAllConnections();
      old.close();
    });
    const oldUrl = `https://localhost:${(old.address() as AddressInfo).port}`;
    for (const [url, note] of [
      [modern.url, 'auto_http_2: HTTP/2'],
      [oldUrl, 'auto_http_1: HTTP/1.1'],
    ] as const) {
      const { read } = await measure(url, 2, closedLoop(1), { ca, httpVersion: 'auto' });
      expect(read.map(({ outcome, notes }) => [outcome, notes])).toEqual([1, 2].map(() => ['ok', note]));
    }
    expect(modern.heads).toHaveLength(2);
    const { read } = await measure(oldUrl, 1, closedLoop(1), { ca, httpVersion: '2' });
    expect(read[0]).toMatchObject({ outcome: 'tls' });
  });

  test('has the same outcomes: errors, cut streams, and responses that stay open', async () => {
    const server = await serve((stream, number) => {
      if (number === 0) {
        stream.respond({ ':status': 429, 'retry-after': '3' });
        return stream.end('{"error":{"message":"slow"}}');
      }
      stream.respond(event);
      stream.write(role + text('Hi'));
      if (number === 1) return setTimeout(() => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR), 30);
      if (number === 2) return stream.end();
      return stream.write(finish + done);
    });
    const { read } = await measure(server.url, 4, closedLoop(1), { httpVersion: '2' });
    expect(read.map(({ outcome }) => outcome)).toEqual(['rate_limited', 'truncated', 'truncated', 'ok']);
    expect(read[0]?.retryAfterMs).toBe(3_000);
    expect(read[3]?.notes).toContain('late_close');
  });

  test('replaces a connection that the server ends, without a failure', async () => {
    const server = await serve((stream, number) => {
      good(stream, number);
      stream.session?.close();
    });
    const { read } = await measure(server.url, 5, closedLoop(1), { httpVersion: '2' });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 5 });
  });
});
