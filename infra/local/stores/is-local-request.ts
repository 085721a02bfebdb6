import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request to an embedded server can have come from a program of this machine that meant it. The embedded
 * servers check no signatures, so a web page that guesses the port (it sends `Origin`), or whose name was made to
 * resolve to 127.0.0.1 (it sends that name as `Host`), must be refused here.
 */
export function isLocalRequest(headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  return origin === undefined && host !== undefined && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(host);
}
