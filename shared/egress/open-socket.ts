import dns from 'node:dns';
import net from 'node:net';
import tls from 'node:tls';
import type { Config } from '../config.ts';
import { isAllowedAddress } from './classify-address.ts';
import { type ConnectError, type ConnectPhase, createConnectError, toConnectError } from './connect-error.ts';

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

/** Resolves a name to all of its addresses, as `dns.lookup` with `all` does. */
export type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

export type OpenSocketOptions = {
  egress: Config['egress'];
  /** Limit of all phases together. */
  timeoutMs: number;
  resolve?: Resolve;
  /** Where the socket hands what it reads, past its stream; left out: it is read as a stream. */
  onread?: net.OnReadOpts;
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
  const steps = timeSteps(net.isIP(target.hostname) === 0 ? 'dns' : 'connect');
  const { phases } = steps;
  let isSettled = false;
  const settle = (result: OpenSocketResult) => {
    if (isSettled) return;
    isSettled = true;
    clearTimeout(timer);
    if (result.error !== null) socket?.destroy();
    callback(result);
  };
  const fail = (error: ConnectError) => settle({ socket: null, phases, error });
  const timer = setTimeout(() => fail(createConnectError(steps.current(), 'CONNECT_TIMEOUT')), options.timeoutMs);
  const giveUp = () => fail(createConnectError(steps.current(), 'ABORTED'));
  let socket: net.Socket | null = null;
  if (steps.current() === 'connect' && !isAllowedAddress(target.hostname, options.egress)) {
    setImmediate(() => fail(createConnectError('connect', 'ADDRESS_NOT_ALLOWED')));
    return giveUp;
  }
  const opening = connectSocket(target, options);
  socket = opening;
  const succeed = () => settle({ socket: opening, phases, error: null });
  opening
    .setNoDelay(true)
    .setKeepAlive(true, 60_000)
    .on('error', (error) => fail(toConnectError(steps.current(), error)))
    .once('close', () => fail(createConnectError(steps.current(), 'ECONNRESET')))
    .once('lookup', (error: Error | null) => {
      if (error === null) phases.dnsMs = steps.next('connect');
    })
    .once('connect', () => {
      phases.connectMs = steps.next(target.secure ? 'tls' : 'connect');
      const isAllowed = isAllowedAddress(opening.remoteAddress ?? '', options.egress);
      if (!isAllowed) fail(createConnectError('connect', 'ADDRESS_NOT_ALLOWED'));
      else if (!target.secure) succeed();
    })
    .once('secureConnect', () => {
      phases.tlsMs = steps.next('tls');
      succeed();
    });
  return giveUp;
}

/** A stopwatch over the phases, which knows the one that is under way. */
function timeSteps(first: ConnectPhase) {
  const phases: ConnectPhases = { dnsMs: null, connectMs: null, tlsMs: null };
  let phase = first;
  let startMs = performance.now();
  return {
    phases,
    current: () => phase,
    /** Ends the phase under way and goes on to another; how long it took. */
    next: (following: ConnectPhase): number => {
      const nowMs = performance.now();
      const lastedMs = nowMs - startMs;
      startMs = nowMs;
      phase = following;
      return lastedMs;
    },
  };
}

function connectSocket(target: SocketTarget, options: OpenSocketOptions): net.Socket {
  const lookup = createGuardedLookup(options.egress, options.resolve ?? dns.lookup);
  const { onread } = options;
  const address = { host: target.hostname, port: target.port, lookup, ...(onread === undefined ? {} : { onread }) };
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

/**
 * A look-up for `net.connect` that hands on only addresses the egress allows: what is checked is what is connected to, so
 * a name cannot pass the check and then resolve to something else. Fails with code ADDRESS_NOT_ALLOWED if none is left.
 */
function createGuardedLookup(egress: Config['egress'], resolve: Resolve): net.LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => isAllowedAddress(address, egress));
      const [first] = allowed;
      if (first === undefined) return callback(createConnectError('dns', 'ADDRESS_NOT_ALLOWED'), '', 0);
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
