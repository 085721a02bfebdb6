import dns from 'node:dns';
import net from 'node:net';
import tls from 'node:tls';
import type { Egress } from '../config.ts';
import { isAllowedEndpoint } from './classify-address.ts';
import { ConnectError, createConnectError, createProxyError, toConnectError } from './connect-error.ts';
import {
  buildTlsOptions,
  type OpenSocketOptions,
  type OpenSocketResult,
  openSocket,
  type SocketTarget,
} from './open-socket.ts';
import { openTunnel } from './open-tunnel.ts';
import type { ProxyRoute } from './proxy-route.ts';

type Callback = (result: OpenSocketResult) => void;

const noPhases = { dnsMs: null, connectMs: null, tlsMs: null };

/**
 * Opens a connection through a proxy: directly to an HTTP proxy for http, and over a tunnel otherwise. The egress rules
 * apply to both ends: to the proxy, and to all addresses of the target that this machine can resolve. The phases are those
 * of the connection to the proxy, with the TLS handshake of the target.
 * @returns a function that cancels the connection, as `openSocket` does
 */
export function openProxiedSocket(
  target: SocketTarget,
  options: OpenSocketOptions,
  proxy: ProxyRoute,
  callback: Callback,
): () => void {
  let isSettled = false;
  let giveUpProxy = () => {};
  const settle = (result: OpenSocketResult) => {
    if (isSettled) {
      result.socket?.destroy();
      return;
    }
    isSettled = true;
    clearTimeout(timer);
    callback(result);
  };
  const fail = (error: ConnectError) => settle({ socket: null, phases: noPhases, error });
  const timer = setTimeout(() => fail(createConnectError('connect', 'CONNECT_TIMEOUT')), options.timeoutMs);
  if (proxy.kind === 'unsupported')
    setImmediate(() => fail(createProxyError('its URL is not supported; use http:// or socks5://')));
  else
    checkTarget(target, options, proxy, (refusal) => {
      if (refusal !== null) return fail(refusal);
      if (!isSettled) giveUpProxy = openRoute(target, options, proxy, settle);
    });
  return () => {
    giveUpProxy();
    fail(createConnectError('connect', 'ABORTED'));
  };
}

/** Checks the target's end: the proxy connects to it, so all of its addresses must be allowed. */
function checkTarget(
  { hostname, port }: SocketTarget,
  { egress, resolve = dns.lookup }: OpenSocketOptions,
  { isOperators }: ProxyRoute,
  callback: (error: ConnectError | null) => void,
): void {
  const refused = createConnectError('connect', 'ADDRESS_NOT_ALLOWED');
  const isAllowed = (address: string) => isAllowedEndpoint(address, port, egress);
  if (net.isIP(hostname) !== 0) {
    setImmediate(() => callback(isAllowed(hostname) ? null : refused));
    return;
  }
  resolve(hostname, { all: true }, (error, addresses) => {
    if (error === null) return callback(addresses.every(({ address }) => isAllowed(address)) ? null : refused);
    // A name that only the operator's proxy resolves could be one of the operator's own network.
    const isUnknown = isOperators && egress.level === 'public';
    callback(isUnknown ? createConnectError('dns', 'NAME_NOT_CHECKED') : null);
  });
}

function openRoute(target: SocketTarget, options: OpenSocketOptions, proxy: ProxyRoute, settle: Callback): () => void {
  const isForwarded = proxy.kind === 'http' && !target.secure;
  const { onread, ...rest } = options;
  const egress: Egress = proxy.isOperators ? { ...options.egress, level: 'any', loopbackPorts: null } : options.egress;
  const toProxy = { ...rest, egress, ...(isForwarded && onread !== undefined ? { onread } : {}) };
  const place = { hostname: proxy.hostname, port: proxy.port, secure: false };
  return openSocket(place, toProxy, (result) => {
    if (result.error !== null) {
      const { phase, code, message } = result.error;
      return settle({ ...result, error: new ConnectError(phase, code, `Proxy: ${message}`) });
    }
    if (isForwarded) return settle(result);
    const { socket, phases } = result;
    const fail = (error: ConnectError) => {
      socket.destroy();
      settle({ socket: null, phases, error });
    };
    const onClose = () => fail(createProxyError('it closed the connection'));
    socket.once('close', onClose);
    const startMs = performance.now();
    openTunnel(socket, proxy, target, (error) => {
      socket.off('close', onClose);
      if (error !== null) return fail(error);
      const tunnelMs = performance.now() - startMs;
      if (!target.secure) return settle({ ...result, tunnelMs });
      startTls(socket, target, options, (secured) => {
        if (secured instanceof ConnectError) fail(secured);
        else settle({ ...secured, phases: { ...phases, ...secured.phases }, error: null, tunnelMs });
      });
    });
  });
}

type Secured = { socket: net.Socket; phases: { tlsMs: number } };

function startTls(
  socket: net.Socket,
  target: SocketTarget,
  options: OpenSocketOptions,
  callback: (result: Secured | ConnectError) => void,
): void {
  const startMs = performance.now();
  try {
    const secured = tls.connect({ socket, ...buildTlsOptions(target, options) });
    secured
      .on('error', (error) => callback(toConnectError('tls', error)))
      .once('close', () => callback(createConnectError('tls', 'ECONNRESET')))
      .once('secureConnect', () => callback({ socket: secured, phases: { tlsMs: performance.now() - startMs } }));
  } catch (error) {
    callback(toConnectError('tls', error));
  }
}
