/** A request as bytes, and what the API may do: respond with a status below 500, or close the connection. */
export type RawRequest = { name: string; bytes(place: { port: number; key: string }): string | Uint8Array };

type Parts = { line?: string; headers?: string[]; body?: string; host?: string };

/** Renders a request for the list of runs, with parts that differ from a valid request. */
function request(name: string, { line = 'GET /v1/runs HTTP/1.1', headers = [], body = '', host }: Parts): RawRequest {
  return {
    name,
    bytes: ({ port, key }) =>
      [
        line,
        `Host: ${host ?? `127.0.0.1:${port}`}`,
        `Authorization: Bearer ${key}`,
        ...headers,
        'Connection: close',
        '',
        body,
      ].join('\r\n'),
  };
}

const json = 'Content-Type: application/json';
const post = 'POST /v1/runs HTTP/1.1';
const smuggled = 'GET /v1/api-keys HTTP/1.1\r\nHost: x\r\n\r\n';
const bytesOf = (name: string, bytes: string | Uint8Array): RawRequest => ({ name, bytes: () => bytes });

/** Requests that make servers and proxies disagree, exhaust memory, or reach a path that was not meant. */
export const rawRequests: readonly RawRequest[] = [
  request('a length and chunks', {
    line: post,
    headers: [json, 'Content-Length: 5', 'Transfer-Encoding: chunked'],
    body: `0\r\n\r\n${smuggled}`,
  }),
  request('chunks, and a coding that does not exist', {
    line: post,
    headers: [json, 'Transfer-Encoding: chunked, x'],
    body: `0\r\n\r\n${smuggled}`,
  }),
  request('two lengths', { line: post, headers: [json, 'Content-Length: 0', 'Content-Length: 60'], body: smuggled }),
  request('a negative length', { line: post, headers: [json, 'Content-Length: -1'], body: smuggled }),
  request('a length with a sign', { line: post, headers: [json, 'Content-Length: +2'], body: '{}' }),
  request('a space before a colon', { headers: ['Transfer-Encoding : chunked'], body: smuggled }),
  request('a folded header', { headers: ['X-A: b', ' c: d'] }),
  request('a NUL in a header', { headers: ['X-A: a\0b'] }),
  request('a bare CR in a header', { headers: ['X-A: a\rX-B: c'] }),
  request('a bare LF in a header', { headers: ['X-A: a\nX-B: c'] }),
  request('a header name with a space', { headers: ['X A: b'] }),
  request('20,000 headers', { headers: Array.from({ length: 20_000 }, (_, k) => `X-${k}: v`) }),
  request('a header of 1 MB', { headers: [`X-Large: ${'h'.repeat(1_000_000)}`] }),
  request('a path of 1 MB', { line: `GET /v1/runs?x=${'q'.repeat(1_000_000)} HTTP/1.1` }),
  request('a chunk extension of 1 MB', {
    line: post,
    headers: [json, 'Transfer-Encoding: chunked'],
    body: `2;${'e'.repeat(1_000_000)}\r\n{}\r\n0\r\n\r\n`,
  }),
  request('a chunk size of 20 digits', {
    line: post,
    headers: [json, 'Transfer-Encoding: chunked'],
    body: `${'f'.repeat(20)}\r\n{}\r\n`,
  }),
  request('trailers of 1 MB', {
    line: post,
    headers: [json, 'Transfer-Encoding: chunked'],
    body: `2\r\n{}\r\n0\r\nX: ${'t'.repeat(1_000_000)}\r\n\r\n`,
  }),
  request('a path above the root', { line: 'GET /v1/../../../../etc/passwd HTTP/1.1' }),
  request('an encoded path above the root', { line: 'GET /v1/runs/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1' }),
  request('a path with a NUL', { line: 'GET /v1/runs/run_%00 HTTP/1.1' }),
  request('a path with a broken escape', { line: 'GET /v1/runs/%zz HTTP/1.1' }),
  request('a path with two slashes', { line: 'GET //evil.example/v1/runs HTTP/1.1' }),
  request('a whole URL of another host', { line: 'GET http://evil.example/v1/runs HTTP/1.1' }),
  request('a URL of a metadata service', { line: 'GET http://169.254.169.254/latest/meta-data HTTP/1.1' }),
  request('an asterisk', { line: 'OPTIONS * HTTP/1.1' }),
  request('CONNECT', { line: 'CONNECT 127.0.0.1:22 HTTP/1.1' }),
  request('TRACE', { line: 'TRACE /v1/runs HTTP/1.1' }),
  request('a method that does not exist', { line: 'BREW /v1/runs HTTP/1.1' }),
  request('a method of 100 KB', { line: `${'M'.repeat(100_000)} / HTTP/1.1` }),
  request('an unknown version', { line: 'GET /v1/runs HTTP/9.9' }),
  request('HTTP/0.9', { line: 'GET /v1/runs' }),
  request('an upgrade to h2c', { headers: ['Upgrade: h2c', 'HTTP2-Settings: AA'] }),
  request('an upgrade to a WebSocket', { headers: ['Upgrade: websocket', 'Sec-WebSocket-Key: x'] }),
  request('an expectation that does not exist', { line: post, headers: [json, 'Expect: 200-ok', 'Content-Length: 2'] }),
  request('another host', { host: 'rebound.example.com' }),
  request('an empty host', { host: '' }),
  request('a host with a user name', { host: 'admin@127.0.0.1' }),
  request('two hosts', { headers: ['Host: rebound.example.com'] }),
  request('another origin', { headers: ['Origin: https://evil.example'] }),
  request('the origin null', { headers: ['Origin: null'] }),
  request('a cross-site request of a page', { headers: ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors'] }),
  request('a forwarded address', { headers: ['X-Forwarded-For: 127.0.0.1', 'X-Forwarded-Host: evil.example'] }),
  request('another method in a header', { headers: ['X-HTTP-Method-Override: DELETE'] }),
  request('a gzip body', { line: post, headers: [json, 'Content-Encoding: gzip', 'Content-Length: 2'], body: '{}' }),
  request('a request id with line breaks', { headers: ['X-Request-Id: a%0d%0aSet-Cookie: x'] }),
  request('a range', { line: 'GET /openapi.yaml HTTP/1.1', headers: [`Range: bytes=${'0-1,'.repeat(5_000)}0-1`] }),
  bytesOf('HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  bytesOf('TLS', Buffer.from('16030100f5010000f10303', 'hex')),
  bytesOf('random bytes', Buffer.from(Array.from({ length: 4_096 }, (_, k) => (k * 197 + 13) % 256))),
  bytesOf('line breaks only', '\r\n'.repeat(50_000)),
  bytesOf('no host', 'GET /v1/runs HTTP/1.1\r\n\r\n'),
];
