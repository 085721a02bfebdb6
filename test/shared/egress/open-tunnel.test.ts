import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { openTunnel } from '../../../shared/egress/open-tunnel.ts';

test('a name too long for SOCKS5 is refused, because the proxy would read its end as another address', async () => {
  const socket = new PassThrough();
  const login = { kind: 'socks5', hostname: '127.0.0.1', port: 1080, login: null, isOperators: true } as const;
  const place = { hostname: `169.254.169.254${'a'.repeat(256)}`, port: 80 };
  const { promise, resolve } = Promise.withResolvers<Error | null>();
  openTunnel(socket as never, login, place, resolve); // a stream is all that a tunnel needs of a socket
  expect((await promise)?.message).toContain('the name of the target is too long');
  expect(socket.read()).toBeNull();
});
