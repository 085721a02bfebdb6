import { createHash, createHmac } from 'node:crypto';

/** A request on the wire, with header names in lower case. */
export type WireRequest = {
  method: string;
  /** Sent path and query. */
  target: string;
  headers: Record<string, string>;
  body: Uint8Array;
};

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Uint8Array, data: string) => createHmac('sha256', key).update(data).digest();
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

/** Parses the `authorization` header. */
export function readAuthorization(header: string) {
  const match = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
    header,
  );
  if (match === null) throw new Error(`Not a signature: ${header}`);
  const [, accessKeyId = '', scope = '', signedHeaders = '', signature = ''] = match;
  return { accessKeyId, scope, signedHeaders: signedHeaders.split(';'), signature };
}

/**
 * Computes the expected signature of a request by the steps of the AWS General Reference ("Create a signed AWS API
 * request"), independent of the client's implementation.
 */
export function expectedSignature(request: WireRequest, secretAccessKey: string): string {
  const { scope, signedHeaders } = readAuthorization(request.headers['authorization'] ?? '');
  const [path = '', query = ''] = request.target.split('?');
  // Services other than S3 encode the path as sent once more.
  const canonicalPath = path.split('/').map(encode).join('/');
  const canonicalQuery = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', value = ''] = pair.split('=').map(decodeURIComponent);
      return `${encode(name)}=${encode(value)}`;
    })
    .sort()
    .join('&');
  const canonicalHeaders = signedHeaders.map((name) => `${name}:${(request.headers[name] ?? '').trim()}\n`).join('');
  const canonical = [
    request.method,
    canonicalPath,
    canonicalQuery,
    canonicalHeaders,
    signedHeaders.join(';'),
    sha256(request.body),
  ].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', request.headers['x-amz-date'] ?? '', scope, sha256(canonical)].join('\n');
  const key = scope.split('/').reduce<string | Uint8Array>((made, part) => hmac(made, part), `AWS4${secretAccessKey}`);
  return hmac(key, toSign).toString('hex');
}
