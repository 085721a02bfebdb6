import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { startHttpProxy } from '../servers/proxy-server.ts';
import { chunked, close, done, head, lastChunk, wait, whole, write } from '../servers/scripted-responses.ts';
import { startScriptedServer } from '../servers/scripted-server.ts';
import { type CaseServer, chat, type ExchangeCase, stream, words } from './exchange-case.ts';

const dialects = new URL('../../fixtures/dialects/', import.meta.url);
const readPem = (name: string) => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');
const contents = words.slice(0, 4).map((content) => chat({ content }));
const answer = [...contents, chat({}, 'stop'), done];
const ok = { outcome: 'ok', outputEvents: 4, finishReason: 'stop' } as const;
const key = 'sk-case-4Tn8Qw2Zr6Yk0Lm5';

const tlsEndpoint = { tls: { ca: readPem('certificate.pem'), certificate: null, key: null } };
const secure = { key: readPem('key.pem'), cert: readPem('certificate.pem') };

async function listen(server: https.Server | http2.Http2SecureServer, rest: Pick<CaseServer, 'endpoint'>) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // an object, because it listens on an address and not on a pipe
  return { url: `https://localhost:${port}`, close: () => void server.close(), ...rest };
}

const type = { 'content-type': 'text/event-stream' };

async function serveTls(): Promise<CaseServer> {
  const server = https.createServer(secure, (request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { ...type, connection: 'close' });
      for (const event of answer) response.write(event);
      response.end();
    });
  });
  return listen(server, { endpoint: tlsEndpoint });
}

async function serveHttp2(): Promise<CaseServer> {
  const server = http2.createSecureServer(secure);
  server.on('stream', (to: http2.ServerHttp2Stream) => {
    to.resume().on('end', () => {
      to.respond({ ':status': 200, ...type });
      for (const event of answer) to.write(event);
      to.end();
    });
  });
  return listen(server, { endpoint: { ...tlsEndpoint, httpVersion: '2' } });
}

const proxyLogin = 'hall:proxy-5Gd8Wn2Kc7Vt3';

/** Starts a server whose host name only a proxy can resolve. The proxy requires a login. */
async function serveBehindProxy(): Promise<CaseServer> {
  const server = await startScriptedServer(() => stream(answer));
  const proxy = await startHttpProxy({ targetPort: server.port, login: proxyLogin });
  const { port } = proxy;
  const route = { kind: 'http', hostname: '127.0.0.1', port, login: proxyLogin, isOperators: true } as const;
  const stop = async () => {
    await proxy.close();
    await server.close();
  };
  return { url: 'http://model.invalid', endpoint: { proxy: route }, close: stop };
}

const twoFramings = head('200 OK', { ...type, 'transfer-encoding': 'chunked', 'content-length': '700' });

/** Cases about connections, requests, and the framing of responses. */
export const connectionCases: readonly ExchangeCase[] = [
  {
    name: '61-open-after-the-end-marker',
    script: () => stream(answer, [wait(1_000)]),
    expected: ok,
    notes: 'late_close',
  },
  {
    name: '63-closed-kept-connection',
    // The server closes the first connection when its second request arrives.
    script: ({ connection, number }) => (connection === 0 && number > 0 ? [close] : stream(answer)),
    requests: 2,
    expected: ok,
    notes: 'sent_again',
  },
  { name: '82-usual-answer', script: () => stream(answer), expected: ok },
  {
    name: '83-second-secret-header',
    script: () => stream(answer),
    endpoint: { headers: { authorization: `Bearer ${key}`, 'x-gateway-secret': 'gateway-7Hq3Vd9' } },
    secrets: [key, 'gateway-7Hq3Vd9'],
    expected: ok,
  },
  {
    name: '84-other-authorization-scheme',
    script: () => stream(answer),
    endpoint: { headers: { authorization: `Api-Key ${key}` } },
    secrets: [key],
    expected: ok,
  },
  {
    name: '85-own-user-agent-and-host',
    script: () => stream(answer),
    endpoint: { headers: { 'user-agent': 'measure/1.0', host: 'inference.example.com' } },
    expected: ok,
  },
  {
    name: '86-redirect-that-is-not-followed',
    script: () => [write(whole('308 Permanent Redirect', '', { location: '/v1/chat/completions/' }))],
    expected: { outcome: 'bad_stream', error: { code: 'http_308', message: '*' } },
  },
  {
    name: '86-redirect-that-is-followed',
    script: ({ head: asked }) =>
      asked.startsWith('POST /v1/chat/completions/ ')
        ? stream(answer)
        : [write(whole('308 Permanent Redirect', '', { location: '/v1/chat/completions/' }))],
    endpoint: { followsRedirects: true },
    expected: ok,
    notes: 'redirected',
  },
  { name: '88-own-certificate-authority', script: () => [], serve: serveTls, expected: ok },
  {
    name: '89-through-a-proxy',
    script: () => [],
    serve: serveBehindProxy,
    secrets: [proxyLogin, btoa(proxyLogin), 'proxy-5Gd8Wn2Kc7Vt3'],
    expected: ok,
    notes: 'via_proxy',
  },
  {
    name: '93-length-and-chunks',
    script: () => [write(twoFramings), ...answer.map((event) => write(chunked(event))), write(lastChunk)],
    expected: ok,
    notes: 'two_framings',
  },
  { name: 'http2', script: () => [], serve: serveHttp2, expected: ok },
  {
    name: 'binary-frames',
    protocol: 'bedrock-converse',
    script: () => {
      const bytes = readFileSync(new URL('bedrock-converse/answer.bin', dialects));
      const mediaType = 'application/vnd.amazon.eventstream';
      return [
        write(whole('200 OK', '', { 'content-type': mediaType, 'content-length': String(bytes.length) })),
        write(bytes),
      ];
    },
    expected: { outcome: 'ok' },
  },
  {
    name: 'closed-within-the-stream',
    script: () => stream(contents, [close]),
    expected: { outcome: 'truncated', outputEvents: 4 },
    failure: 'broken',
  },
  {
    name: 'not-http',
    script: () => [write('220 mail.example.com ready\r\n')],
    expected: { outcome: 'bad_stream', error: { code: 'not_http', message: '*' } },
    failure: 'not_http',
  },
  {
    name: 'key-in-the-error',
    script: ({ head: asked }) => [
      write(whole('401 Unauthorized', JSON.stringify({ error: { message: `No: ${asked}` } }))),
    ],
    endpoint: { headers: { authorization: `Bearer ${key}` } },
    secrets: [key],
    expected: { outcome: 'http_4xx' },
  },
];
