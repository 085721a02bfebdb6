export type HttpRequest = { method: string; path: string; requestId: string | null; body: string; keepAlive: boolean };

/**
 * Takes one request with a content-length off the front of `bytes`; null while it is not all there.
 * @throws Error on a body that says its length in no way this server knows
 */
export function takeRequest(bytes: Buffer): { request: HttpRequest; rest: Buffer } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const head = bytes.toString('latin1', 0, headEnd);
  if (/^transfer-encoding:/im.test(head)) throw new Error('The reference server reads no chunked requests');
  const bodyStart = headEnd + 4;
  const bodyEnd = bodyStart + Number(headerOf(head, 'content-length') ?? 0);
  if (bytes.length < bodyEnd) return null;
  const [method = '', path = ''] = head.split(' ', 2);
  const request = {
    method,
    path,
    requestId: headerOf(head, 'x-request-id'),
    body: bytes.toString('utf8', bodyStart, bodyEnd),
    keepAlive: headerOf(head, 'connection')?.toLowerCase() !== 'close',
  };
  return { request, rest: bytes.subarray(bodyEnd) };
}

function headerOf(head: string, name: string): string | null {
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'im').exec(head)?.[1] ?? null;
}
