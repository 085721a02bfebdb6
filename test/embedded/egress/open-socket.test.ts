import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { Client } from 'undici';
import { afterEach, describe, expect, test } from 'vitest';
import { ConnectError } from '../../../shared/egress/connect-error.ts';
import {
  type ConnectPhases,
  createGuardedConnect,
  type OpenSocketOptions,
  type OpenSocketResult,
  openSocket,
  type Resolve,
} from '../../../shared/egress/open-socket.ts';
import { ownServers } from '../../../shared/egress/own-servers.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function listen(onConnection: (socket: net.Socket) => void = () => {}): Promise<number> {
  const server = net.createServer((socket) => {
    closers.push(() => socket.destroy());
    socket.on('error', () => {});
    onConnection(socket);
  });
  server.listen(0, '127.0.0.1');
  closers.push(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

const answers =
  (...addresses: string[]): Resolve =>
  (_name, _options, callback) =>
    setImmediate(
      callback,
      null,
      addresses.map((address) => ({ address, family: net.isIP(address) })),
    );

function open(
  hostname: string,
  port: number,
  options: Partial<OpenSocketOptions> = {},
  secure = false,
): Promise<OpenSocketResult> {
  return new Promise((resolve) => {
    openSocket({ hostname, port, secure }, { egress: ownServers, timeoutMs: 2_000, ...options }, (result) => {
      if (result.socket !== null) {
        const { socket } = result;
        closers.push(() => socket.destroy());
      }
      resolve(result);
    });
  });
}

describe('openSocket', () => {
  test('measures the DNS and connect times, and has no DNS time for an IP address', async () => {
    const port = await listen();
    const named = await open('llm.test', port, { resolve: answers('127.0.0.1') });
    expect(named.error).toBeNull();
    expect(named.phases.dnsMs).toBeGreaterThan(0);
    expect(named.phases.connectMs).toBeGreaterThan(0);
    expect(named.phases.tlsMs).toBeNull();
    const literal = await open('127.0.0.1', port);
    expect(literal.phases).toMatchObject({ dnsMs: null, tlsMs: null });
    expect(literal.phases.connectMs).toBeGreaterThan(0);
  });

  test.each([
    ['a loopback literal', '127.0.0.1', []],
    ['an IPv6 literal that carries loopback', '::ffff:127.0.0.1', []],
    ['a name that resolves to loopback', 'rebound.test', ['127.0.0.1']],
    ['a name that resolves to a private address', 'rebound.test', ['10.1.2.3']],
    ['a name that resolves to a metadata service', 'rebound.test', ['169.254.169.254', 'fd00:ec2::254']],
  ])(
    'public egress rejects %s without a connection, and hides the resolved address',
    async (_what, hostname, resolved) => {
      let connections = 0;
      const port = await listen(() => connections++);
      const { error } = await open(hostname, port, {
        egress: { ...ownServers, level: 'public' },
        resolve: answers(...resolved),
      });
      expect(error).toBeInstanceOf(ConnectError);
      expect(error?.code).toBe('ADDRESS_NOT_ALLOWED');
      expect(error?.message).toContain('address is not allowed');
      for (const address of resolved) expect(error?.message).not.toContain(address);
      expect(connections).toBe(0);
    },
  );

  test('tries only the allowed addresses of a mixed DNS answer', async () => {
    const port = await listen();
    const { socket } = await open('mixed.test', port, { resolve: answers('10.255.255.1', '127.0.0.1') });
    expect(socket?.remoteAddress).toBe('127.0.0.1');
  });

  test('each phase has its own error', async () => {
    const failing: Resolve = (_name, _options, callback) =>
      setImmediate(callback, Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' }), []);
    expect((await open('nowhere.test', 80, { resolve: failing })).error).toMatchObject({
      phase: 'dns',
      code: 'ENOTFOUND',
    });
    const hanging: Resolve = () => {};
    const slow = await open('slow.test', 80, { resolve: hanging, timeoutMs: 20 });
    expect(slow.error).toMatchObject({ phase: 'dns', code: 'CONNECT_TIMEOUT' });
    const port = await listen((socket) => socket.end('not TLS at all'));
    expect((await open('127.0.0.1', port, {}, true)).error).toMatchObject({ phase: 'tls' });
    const silent = await listen();
    const stuck = await open('127.0.0.1', silent, { timeoutMs: 20 }, true);
    expect(stuck.error).toMatchObject({ phase: 'tls', code: 'CONNECT_TIMEOUT' });
    expect(stuck.phases.connectMs).toBeGreaterThan(0);
  });

  test('the error of a refused connection hides the address', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const { error } = await open('down.test', port, { resolve: answers('127.0.0.1') });
    expect(error).toMatchObject({ phase: 'connect', code: 'ECONNREFUSED' });
    expect(error?.message).not.toContain('127.0.0.1');
  });

  test('an abort destroys the attempt at once', async () => {
    const error = await new Promise<ConnectError | null>((resolve) => {
      const giveUp = openSocket(
        { hostname: 'slow.test', port: 80, secure: false },
        { egress: { ...ownServers, level: 'any' }, timeoutMs: 60_000, resolve: () => {} },
        (result) => resolve(result.error),
      );
      giveUp();
    });
    expect(error?.code).toBe('ABORTED');
  });
});

describe('createGuardedConnect', () => {
  test('lets undici connect to an allowed address, and measures the phases', async () => {
    const port = await listen((socket) => socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n')));
    const seen: ConnectPhases[] = [];
    const client = new Client(`http://127.0.0.1:${port}`, {
      connect: createGuardedConnect(ownServers, (phases) => seen.push(phases)),
    });
    closers.push(() => void client.destroy());
    const { statusCode } = await client.request({ path: '/', method: 'GET' });
    expect(statusCode).toBe(204);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.connectMs).toBeGreaterThan(0);
  });

  test.each(['127.0.0.1', '[::1]', 'localhost'])(
    'public egress: a request to %s fails with the reason',
    async (host) => {
      const client = new Client(`http://${host}:9`, {
        connect: createGuardedConnect({ ...ownServers, level: 'public' }),
      });
      closers.push(() => void client.destroy());
      await expect(client.request({ path: '/', method: 'GET' })).rejects.toThrow(/address is not allowed/);
    },
  );
});
