import { validateHeaderName, validateHeaderValue } from 'node:http';

/**
 * Builds the part of the HTTP head that all requests to an endpoint share. `encodeRequest` adds the rest.
 * @param headers names in lower case; a `host` header replaces the URL's host
 * @throws TypeError if a header contains a character that HTTP forbids
 */
export function buildRequestHead(url: URL, headers: Record<string, string>, connection: 'reuse' | 'fresh'): string {
  const all = { host: url.host, ...headers, connection: connection === 'fresh' ? 'close' : 'keep-alive' };
  return `POST ${url.pathname}${url.search} HTTP/1.1\r\n${formatHeaderLines(all)}`;
}

export function encodeRequest(head: string, body: Uint8Array, headers: Record<string, string> = {}): Buffer {
  const whole = `${head}${formatHeaderLines(headers)}content-length: ${body.length}\r\n\r\n`;
  const request = Buffer.allocUnsafe(whole.length + body.length);
  request.write(whole, 'latin1');
  request.set(body, whole.length);
  return request;
}

function formatHeaderLines(headers: Record<string, string>): string {
  let lines = '';
  for (const [name, value] of Object.entries(headers)) {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}
