import net from 'node:net';
import ipaddr from 'ipaddr.js';
import { formatBasicLogin } from '../basic-login.ts';
import { type ConnectError, createProxyError } from './connect-error.ts';
import type { ProxyRoute } from './proxy-route.ts';

type Place = { hostname: string; port: number };
type Callback = (error: ConnectError | null) => void;

/** Maximum size in bytes of a proxy's answer. */
const maxAnswerBytes = 16_384;

/**
 * Asks a proxy for a tunnel over an open socket: with CONNECT, or with SOCKS5 (RFC 1928). Calls the callback once, unless
 * the socket fails before. Leaves the socket paused, without listeners of its own.
 */
export function openTunnel(socket: net.Socket, proxy: ProxyRoute, place: Place, callback: Callback): void {
  const steps = proxy.kind === 'http' ? connectSteps(proxy, place) : socksSteps(proxy, place);
  let received = Buffer.alloc(0);
  const finish = (error: ConnectError | null) => {
    socket.off('data', onData);
    socket.pause();
    if (error === null && received.length > 0) socket.unshift(received);
    callback(error);
  };
  const advance = () => {
    for (;;) {
      const step = steps.next(received);
      if (step.done === true) {
        received = received.subarray(step.value.used);
        return finish(step.value.error);
      }
      if (step.value === null) {
        if (received.length > maxAnswerBytes) finish(createProxyError('its answer is too large'));
        return;
      }
      received = received.subarray(step.value.used);
      socket.write(step.value.send);
    }
  };
  const onData = (bytes: Buffer) => {
    received = Buffer.concat([received, bytes]);
    advance();
  };
  socket.on('data', onData);
  advance();
}

/** A step either waits for more bytes (null), or takes some and sends an answer. */
type Steps = Generator<{ used: number; send: Uint8Array } | null, { used: number; error: ConnectError | null }, Buffer>;

function* connectSteps({ login }: ProxyRoute, { hostname, port }: Place): Steps {
  const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  const authorization = login === null ? '' : `proxy-authorization: ${formatBasicLogin(login)}\r\n`;
  const head = `CONNECT ${authority} HTTP/1.1\r\nhost: ${authority}\r\n${authorization}\r\n`;
  let bytes = yield { used: 0, send: Buffer.from(head, 'latin1') };
  for (;;) {
    const end = bytes.indexOf('\r\n\r\n');
    if (end >= 0) {
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(bytes.toString('latin1', 0, end))?.[1];
      const error = status?.startsWith('2') ? null : createProxyError(describeStatus(status));
      return { used: end + 4, error };
    }
    bytes = yield null;
  }
}

function describeStatus(status: string | undefined): string {
  if (status === undefined) return 'it does not speak HTTP';
  return status === '407' ? 'it requires a login (HTTP 407)' : `it refused the tunnel (HTTP ${status})`;
}

const socksErrors: Readonly<Record<number, string>> = {
  1: 'it failed',
  2: 'its rules do not allow the target',
  3: 'it cannot reach the network of the target',
  4: 'it cannot reach or resolve the target',
  5: 'the target refused the connection',
  7: 'it does not support connections',
};

const maxNameLength = 255;

function* socksSteps({ login }: ProxyRoute, place: Place): Steps {
  const fail = (reason: string) => ({ used: 0, error: createProxyError(reason) });
  // One byte of the request holds the length of the host name. The proxy would read the rest of a longer name as other fields.
  if (place.hostname.length > maxNameLength) return fail('the name of the target is too long');
  const methods = login === null ? [5, 1, 0] : [5, 2, 0, 2];
  let bytes = yield { used: 0, send: Uint8Array.from(methods) };
  while (bytes.length < 2) bytes = yield null;
  if (bytes[0] !== 5) return fail('it does not speak SOCKS5');
  if (bytes[1] === 2 && login !== null) {
    bytes = yield { used: 2, send: encodeLogin(login) };
    while (bytes.length < 2) bytes = yield null;
    if (bytes[1] !== 0) return fail('it refused the login');
  } else if (bytes[1] !== 0) return fail('it requires a login');
  bytes = yield { used: 2, send: encodePlace(place) };
  while (bytes.length < 5) bytes = yield null;
  if (bytes[0] !== 5 || bytes[1] !== 0) return fail(socksErrors[bytes[1] ?? 1] ?? 'it refused the connection');
  const addressLength = bytes[3] === 1 ? 4 : bytes[3] === 4 ? 16 : 1 + (bytes[4] ?? 0);
  while (bytes.length < 6 + addressLength) bytes = yield null;
  return { used: 6 + addressLength, error: null };
}

function encodeLogin(login: string): Uint8Array {
  const at = login.indexOf(':');
  const [user, password] = [login.slice(0, at < 0 ? undefined : at), at < 0 ? '' : login.slice(at + 1)].map((text) =>
    Buffer.from(text).subarray(0, 255),
  );
  if (user === undefined || password === undefined)
    throw new Error('Internal error: the login of a proxy lacks its user or password');
  return Buffer.concat([Uint8Array.of(1, user.length), user, Uint8Array.of(password.length), password]);
}

/** Encodes a request to connect. A name is sent as a name, so that the proxy resolves it. */
function encodePlace({ hostname, port }: Place): Uint8Array {
  const name = Buffer.from(hostname, 'latin1');
  const kind = net.isIP(hostname) === 0 ? 3 : net.isIPv4(hostname) ? 1 : 4;
  const address = kind === 3 ? [name.length, ...name] : ipaddr.parse(hostname).toByteArray();
  return Uint8Array.of(5, 1, 0, kind, ...address, port >> 8, port & 255);
}
