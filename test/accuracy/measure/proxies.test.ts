import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ownServers } from '../../../shared/egress/own-servers.ts';
import type { ProxyRoute } from '../../../shared/egress/proxy-route.ts';
import { countBy, measure } from '../../support/factories/run-phase.ts';
import { type ProxyServer, startHttpProxy, startSocksProxy } from '../../support/servers/proxy-server.ts';
import { answer, done, finish, text } from '../../support/servers/scripted-responses.ts';
import { closedLoop, closeSessions, serve } from './serve-session.ts';

const readPem = (name: string): string => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');
const ca = readPem('certificate.pem');
const login = 'lab:s3cret pass';
const starters = { http: startHttpProxy, socks5: startSocksProxy };

let proxy: ProxyServer;
let secure: https.Server;
beforeAll(async () => {
  secure = https.createServer({ key: readPem('key.pem'), cert: ca }, (request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(text('Hi') + finish + done);
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
});
afterAll(() => secure.close());
afterEach(async () => {
  await proxy.close();
  await closeSessions();
});

const route = (kind: ProxyRoute['kind'], more: Partial<ProxyRoute> = {}): ProxyRoute => ({
  ...{ kind, hostname: '127.0.0.1', port: proxy.port, login, isOperators: false },
  ...more,
});

describe.each(['http', 'socks5'] as const)('a proxy of kind %s', (kind) => {
  test('takes requests to a host that only it can reach, with the login, and is named in a note', async () => {
    const server = await serve(() => answer('Hi'));
    proxy = await starters[kind]({ targetPort: server.port, login });
    const { read } = await measure('http://model.invalid', 4, closedLoop(2), { proxy: route(kind) });
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 4 });
    expect(proxy.asked[0]).toBe(kind === 'http' ? 'POST http://model.invalid/v1/chat/completions' : 'model.invalid:80');
    for (const { notes } of read) expect(notes).toMatch(/^via_proxy: (http|socks5):\/\/127\.0\.0\.1:\d+/);
    for (const { head } of server.requests) expect(head).not.toMatch(/proxy-authorization/i);
  });

  test('carries TLS that is verified against the target', async () => {
    const { port } = secure.address() as AddressInfo; // an object, because it listens on an address and not on a pipe
    proxy = await starters[kind]({ targetPort: port, login });
    const set = { proxy: route(kind), ca };
    const { read, exchanges } = await measure(`https://localhost:${port}`, 4, closedLoop(2), set);
    expect(countBy(read, ({ outcome }) => outcome)).toEqual({ ok: 4 });
    expect(proxy.asked[0]).toContain(`localhost:${port}`);
    expect(read.some(({ notes }) => notes?.includes('tunnel opened in'))).toBe(true);
    expect(exchanges.some(({ connection }) => (connection?.tlsMs ?? 0) > 0)).toBe(true);
    const other = await measure('https://other.invalid', 1, closedLoop(1), set);
    expect(other.read[0]).toMatchObject({ outcome: 'tls' });
  });

  test('that wants another login is named as the cause', async () => {
    proxy = await starters[kind]({ targetPort: 9, login: 'other:login' });
    const { read } = await measure('https://model.invalid', 1, closedLoop(1), { proxy: route(kind) });
    expect(read[0]?.outcome).toBe('connect');
    expect(read[0]?.error?.message).toMatch(/the proxy failed: it (requires a|refused the) login/);
  });
});

describe('the egress rules', () => {
  const limited = { ...ownServers, level: 'public' } as const;

  test('hold at both ends of a proxy that a spec names', async () => {
    const server = await serve(() => answer('Hi'));
    proxy = await startHttpProxy({ targetPort: server.port });
    const own = await measure('http://model.invalid', 1, closedLoop(1), { proxy: route('http'), egress: limited });
    expect(own.read[0]?.error?.message).toContain('ADDRESS_NOT_ALLOWED');
    for (const url of ['http://169.254.169.254', 'http://[fd00:ec2::254]', 'http://10.0.0.1']) {
      const { read } = await measure(url, 1, closedLoop(1), { proxy: route('http') });
      expect(read[0]?.error?.message).toContain('ADDRESS_NOT_ALLOWED');
    }
    expect(proxy.asked).toEqual([]);
  });

  test('let the operator’s proxy have any address, but not the target', async () => {
    const server = await serve(() => answer('Hi'));
    proxy = await startHttpProxy({ targetPort: server.port });
    const operators = route('http', { isOperators: true });
    const outcomes: (string | undefined)[] = [];
    for (const url of ['http://8.8.8.8', 'http://127.0.0.1', 'http://model.invalid']) {
      const { read } = await measure(url, 1, closedLoop(1), { proxy: operators, egress: limited });
      outcomes.push(read[0]?.error?.message ?? read[0]?.outcome);
    }
    expect(outcomes).toEqual([
      'ok',
      expect.stringContaining('ADDRESS_NOT'),
      expect.stringContaining('NAME_NOT_CHECKED'),
    ]);
    expect(proxy.asked).toEqual(['POST http://8.8.8.8/v1/chat/completions']);
  });
});
