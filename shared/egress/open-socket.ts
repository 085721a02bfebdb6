import dns from 'node:dns';
import net from 'node:net';
import tls from 'node:tls';
import type { buildConnector } from 'undici';
import type { Egress } from '../config.ts';
import { isAllowedEndpoint } from './classify-address.ts';
import { type ConnectError, type ConnectPhase, createConnectError, toConnectError } from './connect-error.ts';

/** Duration in ms of each step of opening a connection, or null if the step was not needed or did not finish. */
export type ConnectPhases = { dnsMs: number | null; connectMs: number | null; tlsMs: number | null };

export type SocketTarget = {
  /** Host name or IP address (IPv6 without brackets). */
  hostname: string;
  port: number;
  /** Whether to use TLS. TLS connections use HTTP/1.1, do a full handshake, and verify `servername`. */
  secure: boolean;
  /** Host name to send in the TLS handshake and to verify in the certificate. Default: `hostname`. */
  servername?: string | undefined;
};

/** Resolves a host name to all of its addresses, like `dns.lookup` with `all: true`. */
export type Resolve = (
  hostname: string,
  options: dns.LookupAllOptions,
  callback: (error: NodeJS.ErrnoException | null, addresses: dns.LookupAddress[]) => void,
) => void;

export type OpenSocketOptions = {
  egress: Egress;
  /** Time limit in ms for DNS, TCP, and TLS together. */
  timeoutMs: number;
  resolve?: Resolve;
  /** Receives the data read from the socket. By default, the caller reads the socket as a stream. */
  onread?: net.OnReadOpts;
  /** Additional trusted certificates (PEM), for servers with a private certificate authority. */
  ca?: string;
  /** Protocols to offer in the TLS handshake (ALPN), in order of preference. Default: HTTP/1.1. */
  protocols?: readonly string[];
  /** Client certificate and its private key (PEM). */
  certificate?: { cert: string; key: string };
};

export type OpenSocketResult =
  /** `tunnelMs`: time in ms until a proxy opened a tunnel. The socket is then read as a stream. */
  | { socket: net.Socket; phases: ConnectPhases; error: null; tunnelMs?: number }
  | { socket: null; phases: ConnectPhases; error: ConnectError };

/**
 * Opens a TCP or TLS connection to an address that the egress rules allow, and measures each step. Checks the resolved
 * addresses, or the given IP address, before connecting, and the peer's address after connecting. Calls the callback
 * exactly once, and never before this function returns.
 * @returns a function that cancels the connection: it destroys the socket, and the callback receives the code ABORTED
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
  if (steps.current() === 'connect' && !isAllowedEndpoint(target.hostname, target.port, options.egress)) {
    setImmediate(() => fail(createConnectError('connect', 'ADDRESS_NOT_ALLOWED')));
    return giveUp;
  }
  const opening = tryConnect(target, options);
  if (opening instanceof Error) {
    setImmediate(() => fail(toConnectError('tls', opening)));
    return giveUp;
  }
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
      const isAllowed = isAllowedEndpoint(opening.remoteAddress ?? '', target.port, options.egress);
      if (!isAllowed) fail(createConnectError('connect', 'ADDRESS_NOT_ALLOWED'));
      else if (!target.secure) succeed();
    })
    .once('secureConnect', () => {
      phases.tlsMs = steps.next('tls');
      succeed();
    });
  return giveUp;
}

/** Creates a stopwatch that measures one step after the other. */
function timeSteps(first: ConnectPhase) {
  const phases: ConnectPhases = { dnsMs: null, connectMs: null, tlsMs: null };
  let phase = first;
  let startMs = performance.now();
  return {
    phases,
    current: () => phase,
    /** Ends the current step, starts the next step, and returns the duration in ms of the step that ended. */
    next: (following: ConnectPhase): number => {
      const nowMs = performance.now();
      const lastedMs = nowMs - startMs;
      startMs = nowMs;
      phase = following;
      return lastedMs;
    },
  };
}

/** Connects. Returns an error if the certificates cannot be read. */
function tryConnect(target: SocketTarget, options: OpenSocketOptions): net.Socket | Error {
  try {
    return connectSocket(target, options);
  } catch (error) {
    return error instanceof Error ? error : new Error('unknown', { cause: error });
  }
}

function connectSocket(target: SocketTarget, options: OpenSocketOptions): net.Socket {
  const lookup = createGuardedLookup(target.port, options.egress, options.resolve ?? dns.lookup);
  const { onread } = options;
  const address = { host: target.hostname, port: target.port, lookup, ...(onread === undefined ? {} : { onread }) };
  return target.secure ? tls.connect({ ...address, ...buildTlsOptions(target, options) }) : net.connect(address);
}

export function buildTlsOptions(target: SocketTarget, options: OpenSocketOptions): tls.ConnectionOptions {
  const servername = target.servername ?? target.hostname;
  return {
    // Over the socket of a tunnel, TLS verifies the certificate against `host`.
    host: target.hostname,
    // RFC 6066 forbids IP addresses as server names. Without a name, TLS verifies the certificate against `host`.
    ...(net.isIP(servername) === 0 ? { servername } : {}),
    ...(options.ca === undefined ? {} : { ca: [...tls.getCACertificates('default'), options.ca] }),
    ...options.certificate,
    ALPNProtocols: [...(options.protocols ?? ['http/1.1'])],
  };
}

/**
 * Creates a lookup function for `net.connect` that returns only addresses that the egress rules allow. The connection
 * uses these addresses, so a host name cannot resolve to another address after the check. Fails with
 * ADDRESS_NOT_ALLOWED if no address is allowed.
 */
function createGuardedLookup(port: number, egress: Egress, resolve: Resolve): net.LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      const allowed = addresses.filter(({ address }) => isAllowedEndpoint(address, port, egress));
      const [first] = allowed;
      if (first === undefined) return callback(createConnectError('dns', 'ADDRESS_NOT_ALLOWED'), '', 0);
      if (options.all === true) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

/** By default, a connection has 10 s, and `dns.lookup` resolves its name. */
export type ConnectOptions = { timeoutMs?: number; resolve?: Resolve };

/**
 * Creates a connector for undici's `Client`, `Pool` and `Agent` (`{ connect: createGuardedConnect(egress) }`) that
 * connects only to addresses that the egress rules allow. If a connection fails, the error is a `ConnectError`.
 * @param onPhases receives the step durations of each connection attempt, including failed attempts
 */
export function createGuardedConnect(
  egress: Egress,
  onPhases?: (phases: ConnectPhases) => void,
  { timeoutMs = 10_000, resolve }: ConnectOptions = {},
): buildConnector.connector {
  return ({ hostname, protocol, port, servername }, callback) => {
    const secure = protocol === 'https:';
    const target = {
      hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
      port: port === '' ? (secure ? 443 : 80) : Number(port),
      secure,
      servername: servername || undefined,
    };
    openSocket(target, { egress, timeoutMs, ...(resolve === undefined ? {} : { resolve }) }, (result) => {
      onPhases?.(result.phases);
      if (result.error === null) callback(null, result.socket);
      else callback(result.error, null);
    });
  };
}
