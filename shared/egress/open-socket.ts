import net from 'node:net';
import tls from 'node:tls';
import type { Config } from '../config.ts';
import { isAllowedAddress } from './classify-address.ts';
import { type ConnectError, type ConnectPhase, connectErrorOf, toConnectError } from './connect-error.ts';
import { createGuardedLookup, type Resolve } from './guarded-lookup.ts';

/** How long each step of opening a connection took, in milliseconds; null: there was no such step, or it did not end. */
export type ConnectPhases = { dnsMs: number | null; connectMs: number | null; tlsMs: number | null };

export type SocketTarget = {
  /** A name or an IP literal; IPv6 without brackets. */
  hostname: string;
  port: number;
  /** True: TLS with HTTP/1.1 only, certificate verified against `servername`, a full handshake each time. */
  secure: boolean;
  /** The name to verify and to send; left out: the host name. */
  servername?: string | undefined;
};

export type OpenSocketOptions = {
  egress: Config['egress'];
  /** Limit of all phases together. */
  timeoutMs: number;
  resolve?: Resolve;
  /** Extra trusted certificates (PEM), for endpoints with a certificate authority of their own. */
  ca?: string;
};

export type OpenSocketResult =
  | { socket: net.Socket; phases: ConnectPhases; error: null }
  | { socket: null; phases: ConnectPhases; error: ConnectError };

/**
 * Opens a TCP or TLS connection to an address the egress allows, timing its phases. The name's addresses are checked inside
 * the look-up, IP literals before it (no look-up is made for them), and the peer's address again once connected.
 * The callback is called once, never before this function has returned.
 * @returns gives the attempt up: the socket is destroyed and the callback gets code ABORTED
 */
export function openSocket(
  target: SocketTarget,
  options: OpenSocketOptions,
  callback: (result: OpenSocketResult) => void,
): () => void {
  const phases: ConnectPhases = { dnsMs: null, connectMs: null, tlsMs: null };
  const isLiteral = net.isIP(target.hostname) !== 0;
  if (isLiteral && !isAllowedAddress(target.hostname, options.egress)) {
    const error = connectErrorOf('connect', 'ADDRESS_NOT_ALLOWED');
    setImmediate(() => callback({ socket: null, phases, error }));
    return () => {};
  }
  let phase: ConnectPhase = isLiteral ? 'connect' : 'dns';
  let phaseStartMs = performance.now();
  let settled = false;
  const endPhase = (next: ConnectPhase): number => {
    const nowMs = performance.now();
    const lastedMs = nowMs - phaseStartMs;
    phaseStartMs = nowMs;
    phase = next;
    return lastedMs;
  };
  const socket = connectSocket(target, options);
  const fail = (error: ConnectError) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    socket.destroy();
    callback({ socket: null, phases, error });
  };
  const succeed = () => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    callback({ socket, phases, error: null });
  };
  const timer = setTimeout(() => fail(connectErrorOf(phase, 'CONNECT_TIMEOUT')), options.timeoutMs);
  socket
    .setNoDelay(true)
    .setKeepAlive(true, 60_000)
    .on('error', (error) => fail(toConnectError(phase, error)))
    .once('close', () => fail(connectErrorOf(phase, 'ECONNRESET')))
    .once('lookup', (error: Error | null) => {
      if (error === null) phases.dnsMs = endPhase('connect');
    })
    .once('connect', () => {
      phases.connectMs = endPhase(target.secure ? 'tls' : 'connect');
      if (!isAllowedAddress(socket.remoteAddress ?? '', options.egress))
        fail(connectErrorOf('connect', 'ADDRESS_NOT_ALLOWED'));
      else if (!target.secure) succeed();
    })
    .once('secureConnect', () => {
      phases.tlsMs = endPhase('tls');
      succeed();
    });
  return () => fail(connectErrorOf(phase, 'ABORTED'));
}

function connectSocket(target: SocketTarget, options: OpenSocketOptions): net.Socket {
  const lookup = createGuardedLookup(options.egress, options.resolve);
  const address = { host: target.hostname, port: target.port, lookup };
  if (!target.secure) return net.connect(address);
  const servername = target.servername ?? target.hostname;
  return tls.connect({
    ...address,
    // RFC 6066: the name sent is never an IP literal; the certificate is then checked against the host itself.
    ...(net.isIP(servername) === 0 ? { servername } : {}),
    ...(options.ca === undefined ? {} : { ca: [...tls.rootCertificates, options.ca] }),
    ALPNProtocols: ['http/1.1'],
  });
}
