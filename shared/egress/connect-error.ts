export type ConnectPhase = 'dns' | 'connect' | 'tls';

/** A connection that was not made. The message is safe to show: it names no address that a look-up gave. */
export class ConnectError extends Error {
  readonly phase: ConnectPhase;
  readonly code: string;
  constructor(phase: ConnectPhase, code: string, message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = 'ConnectError';
    this.phase = phase;
    this.code = code;
  }
}

const reasons: Record<string, string> = {
  ADDRESS_NOT_ALLOWED: 'the address is not allowed',
  CONNECT_TIMEOUT: 'it took too long',
  ABORTED: 'it was given up',
  ENOTFOUND: 'there is no such name',
  EAI_AGAIN: 'the name server did not answer',
  ENODATA: 'the name has no address',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the other side did not answer',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  EADDRNOTAVAIL: 'no local address or port is free',
  EMFILE: 'too many files are open',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the other side does not speak TLS; is it http:// rather than https://?',
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: 'the other side does not speak HTTP/1.1',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'the certificate chain holds a self-signed certificate',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate could not be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the issuer of the certificate is unknown',
};
const attempts: Record<ConnectPhase, string> = {
  dns: 'The name could not be resolved',
  connect: 'The connection could not be made',
  tls: 'The TLS handshake failed',
};

/** A `ConnectError` of the phase; the system's own message is dropped, because it carries the resolved address. */
export function toConnectError(phase: ConnectPhase, error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  const code = findErrorCode(error) ?? 'CONNECT_FAILED';
  return new ConnectError(phase, code, `${attempts[phase]}: ${reasons[code] ?? 'unexpected error'} (${code})`, {
    cause: error,
  });
}

/** A refusal or a giving-up of our own. */
export function createConnectError(phase: ConnectPhase, code: string): ConnectError {
  return new ConnectError(phase, code, `${attempts[phase]}: ${reasons[code] ?? 'unexpected error'} (${code})`);
}

function findErrorCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Several addresses were tried, each with an error of its own: the first stands for all.
  return error instanceof AggregateError ? findErrorCode(error.errors[0]) : null;
}
