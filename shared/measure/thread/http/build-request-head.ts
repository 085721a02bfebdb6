import { validateHeaderName, validateHeaderValue } from 'node:http';
import { formatBasicLogin } from '../../../basic-login.ts';
import type { ProxyRoute } from '../../../egress/proxy-route.ts';

/**
 * Builds the part of the HTTP head that all requests to an endpoint share. `encodeRequest` adds the rest.
 * @param headers names in lower case; a `host` header replaces the URL's host
 * @param proxy the proxy that forwards the requests; null if they go to the endpoint or over a tunnel
 * @throws TypeError if a header contains a character that HTTP forbids
 */
export function buildRequestHead(
  url: URL,
  headers: Record<string, string>,
  connection: 'reuse' | 'fresh',
  proxy: ProxyRoute | null = null,
): string {
  const login = proxy === null || proxy.login === null ? {} : { 'proxy-authorization': formatBasicLogin(proxy.login) };
  const all = { host: url.host, ...headers, ...login, connection: connection === 'fresh' ? 'close' : 'keep-alive' };
  const origin = proxy === null ? '' : url.origin;
  return `POST ${origin}${url.pathname}${url.search} HTTP/1.1\r\n${formatHeaderLines(all)}`;
}

type OwnParts = { body: Uint8Array; headers?: Record<string, string> };

/** Formats the whole head of a request from the part that all requests share. */
export function formatWholeHead(head: string, { body, headers = {} }: OwnParts): string {
  return `${head}${formatHeaderLines(headers)}content-length: ${body.length}\r\n\r\n`;
}

export function encodeRequest(head: string, body: Uint8Array, headers: Record<string, string> = {}): Buffer {
  const whole = formatWholeHead(head, { body, headers });
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
