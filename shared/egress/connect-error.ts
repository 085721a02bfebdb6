export type ConnectPhase = 'dns' | 'connect' | 'tls';

/** Reports a failed connection. The message is safe to show, because it never contains a resolved IP address. */
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
  CONNECT_TIMEOUT: 'the time limit was reached',
  ABORTED: 'the attempt was canceled',
  NAME_NOT_CHECKED: 'the name does not resolve here, so its address cannot be checked',
  ENOTFOUND: 'the name does not exist',
  EAI_AGAIN: 'the name server did not respond',
  ENODATA: 'the name has no address',
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  ETIMEDOUT: 'the other side did not respond',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  EADDRNOTAVAIL: 'no local address or port is free',
  EMFILE: 'too many files are open',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the other side does not speak TLS; use http:// if the endpoint has no TLS',
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
    'the other side speaks none of the offered versions of HTTP; set httpVersion to auto',
  NO_HTTP2: 'the other side does not speak HTTP/2; omit httpVersion',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the certificate is for another name',
  CERT_HAS_EXPIRED: 'the certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'the certificate is self-signed; set `ca` of the target, or start the service with NODE_EXTRA_CA_CERTS set to its PEM file',
  SELF_SIGNED_CERT_IN_CHAIN:
    'the certificate chain contains a self-signed certificate; set `ca` of the target to its PEM text',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the certificate could not be verified',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'the issuer of the certificate is unknown; set `ca` of the target, or start the service with NODE_EXTRA_CA_CERTS set to its PEM file',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'the other side requires a client certificate; set clientCertificate and clientKey of the target',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'the other side refused the handshake; it may require a client certificate',
};
const attempts: Record<ConnectPhase, string> = {
  dns: 'The name could not be resolved',
  connect: 'The connection could not be made',
  tls: 'The TLS handshake failed',
};

/** Converts an error to a `ConnectError`. Drops the system's message, because it contains the resolved IP address. */
export function toConnectError(phase: ConnectPhase, error: unknown): ConnectError {
  if (error instanceof ConnectError) return error;
  return createConnectError(phase, findErrorCode(error) ?? 'CONNECT_FAILED', { cause: error });
}

export function createConnectError(phase: ConnectPhase, code: string, options?: { cause: unknown }): ConnectError {
  return new ConnectError(phase, code, `${attempts[phase]}: ${reasons[code] ?? 'unexpected error'} (${code})`, options);
}

/** Reports that a proxy did not open a tunnel. @param reason a fixed text about the proxy */
export function createProxyError(reason: string): ConnectError {
  return new ConnectError('connect', 'PROXY_FAILED', `${attempts.connect}: the proxy failed: ${reason} (PROXY_FAILED)`);
}

function findErrorCode(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Node.js tried several addresses. The code of the first error is used.
  return error instanceof AggregateError ? findErrorCode(error.errors[0]) : null;
}
