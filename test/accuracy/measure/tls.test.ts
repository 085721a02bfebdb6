import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { computeOwnSlipMs } from '../../../shared/measure/interpret-exchange.ts';
import { countBy, measure } from '../../support/factories/run-phase.ts';
import { done, finish, text } from '../../support/servers/scripted-responses.ts';

const fixture = (name: string): string => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');
const ca = fixture('certificate.pem');
const handshakeDelayMs = 150;
const load = { mode: 'concurrency', concurrency: 2 } as const;

describe('an endpoint behind TLS', () => {
  let server: https.Server;
  let url = '';
  const sessionsResumed: boolean[] = [];
  beforeAll(async () => {
    server = https.createServer({ key: fixture('key.pem'), cert: ca }, (request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(text('Hi') + finish + done);
    });
    server.on('secureConnection', (socket) => sessionsResumed.push(socket.isSessionReused()));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `https://localhost:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test('is measured over HTTP/1.1, with separate times for lookup, connect and handshake', async () => {
    const { exchanges, read } = await measure(url, 6, load, { ca });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 6 });
    const opened = exchanges.filter(({ connection }) => connection?.reused === false);
    // Now and then a stream opens a second connection here. Over plain HTTP, other tests check the exact number.
    expect(opened.length).toBeGreaterThanOrEqual(2);
    expect(opened.length).toBeLessThan(6);
    for (const { connection } of opened) {
      expect(connection?.dnsMs).toBeGreaterThan(0);
      expect(connection?.connectMs).toBeGreaterThan(0);
      expect(connection?.tlsMs).toBeGreaterThan(0);
    }
  });

  test('`fresh` connections each make a full handshake, without session resumption', async () => {
    sessionsResumed.length = 0;
    const { read } = await measure(url, 4, load, { ca, connection: 'fresh' });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 4 });
    expect(sessionsResumed).toEqual([false, false, false, false]);
  });

  test('with a slow handshake delays requests of an open loop, and the instrument’s own delay excludes it', async () => {
    const slow = net.createServer((socket) => {
      const upstream = net.connect((server.address() as AddressInfo).port, '127.0.0.1');
      for (const end of [socket, upstream]) end.on('error', () => {});
      setTimeout(() => socket.pipe(upstream).pipe(socket), handshakeDelayMs);
    });
    slow.listen(0, '127.0.0.1');
    await once(slow, 'listening');
    const slowUrl = `https://localhost:${(slow.address() as AddressInfo).port}`;
    const rate = {
      mode: 'rate',
      maxConcurrency: 100,
      dueMs: Float64Array.from({ length: 8 }, (_, k) => 20 * k),
    } as const;
    const { exchanges, read } = await measure(slowUrl, 8, rate, { ca, connection: 'fresh' });
    slow.close();
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 8 });
    for (const exchange of exchanges) {
      expect((exchange.startMs ?? 0) - exchange.dueMs).toBeGreaterThanOrEqual(handshakeDelayMs);
      expect(exchange.openingMs).toBeGreaterThanOrEqual(handshakeDelayMs);
    }
    expect(Math.min(...exchanges.map((exchange) => computeOwnSlipMs(exchange) ?? Number.NaN))).toBeLessThan(
      handshakeDelayMs / 2,
    );
  });

  test('with only HTTP/2 fails with an error about HTTP/1.1', async () => {
    const modern = tls.createServer({ key: fixture('key.pem'), cert: ca, ALPNProtocols: ['h2'] });
    modern.on('tlsClientError', () => {});
    modern.listen(0, '127.0.0.1');
    await once(modern, 'listening');
    const { read } = await measure(`https://localhost:${(modern.address() as AddressInfo).port}`, 1, load, { ca });
    modern.close();
    expect(read[0]?.outcome).toBe('tls');
    expect(read[0]?.error?.message).toContain('none of the offered versions of HTTP');
  });

  test('whose certificate is not trusted gets no request', async () => {
    const { read } = await measure(url, 2, load);
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ tls: 2 });
    expect(read[0]?.error?.message).toMatch(/^The TLS handshake failed: the certificate is self-signed/);
  });

  test('that requires a client certificate gets the one of the target', async () => {
    const options = { key: fixture('key.pem'), cert: ca, ca, requestCert: true, rejectUnauthorized: true };
    const strict = https.createServer(options, (request, response) => {
      request.resume();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(text('Hi') + finish + done);
    });
    strict.listen(0, '127.0.0.1');
    await once(strict, 'listening');
    const strictUrl = `https://localhost:${(strict.address() as AddressInfo).port}`;
    const tls = { ca, certificate: ca, key: fixture('key.pem') };
    expect((await measure(strictUrl, 1, load, { tls })).read[0]).toMatchObject({ outcome: 'ok' });
    expect((await measure(strictUrl, 1, load, { ca })).read[0]?.outcome).not.toBe('ok');
    strict.close();
  });
});
