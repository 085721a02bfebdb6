import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http2 from 'node:http2';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { CanaryNest } from './canary.ts';
import { echoes } from './echo-server.ts';
import { finishRun, type Place, specOf } from './plant-canaries.ts';
import type { Surface } from './surface.ts';

const readPem = (name: string): string => readFileSync(new URL(`../../fixtures/tls/${name}`, import.meta.url), 'utf8');
const ca = readPem('certificate.pem');
const clientKey = readPem('key.pem');

/** Answers as a server that repeats the key of a request in its error, over HTTP/1.1 with TLS, or over HTTP/2. */
const repeatKey = (headers: Record<string, unknown>) =>
  JSON.stringify({ error: { message: `The key ${headers['authorization']} is not valid`, code: 'bad_key' } });

async function listen(server: https.Server | http2.Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port; // an object, because it listens on an address and not on a pipe
}

/** Gives secrets to runs and checks whose targets need a proxy, a client certificate, or HTTP/2. */
export async function plantInConnections(
  surface: Surface,
  nest: CanaryNest,
  { provider }: Pick<Place, 'provider'>,
): Promise<void> {
  const received = { certified: 0, multiplexed: 0 };
  const secure = https.createServer({ key: clientKey, cert: ca, requestCert: true, ca }, (request, response) => {
    received.certified += 1;
    request.resume();
    response.writeHead(401, { 'content-type': 'application/json' }).end(repeatKey(request.headers));
  });
  const multiplexed = http2.createServer((request, response) => {
    received.multiplexed += 1;
    request.resume();
    response.writeHead(401, { 'content-type': 'application/json' }).end(repeatKey(request.headers));
  });
  const [securePort, multiplexedPort] = [await listen(secure), await listen(multiplexed)];
  const kinds = Object.keys(echoes);
  const urlOf = (echo: string) => `${provider.url}/${kinds.indexOf(echo)}/v1`;
  const run = (target: object) => finishRun(surface, '/v1/runs', specOf({ ...target }));
  const check = (target: object) => surface.ask('POST', '/v1/target-checks', { body: { targets: [target] } });
  try {
    for (const echo of ['the message of an error', 'a page', 'the text of an answer', 'a message in base64']) {
      const login = (place: string) => `Basic ${Buffer.from(`user:${nest.plant(place)}`).toString('base64')}`;
      const headers = { 'cf-access-client-secret': nest.plant(`a secret header, repeated in ${echo}`) };
      await run({ baseUrl: urlOf(echo), secretHeaders: headers });
      const proxied = { baseUrl: urlOf(echo), proxy: provider.url };
      const secretHeaders = { 'proxy-authorization': login(`the password of a proxy, repeated in ${echo}`) };
      await run({ ...proxied, secretHeaders });
      await check({
        ...{ ...proxied, model: 'm' },
        secretHeaders: { 'proxy-authorization': login('a proxy, checked') },
      });
      await check({ baseUrl: urlOf(echo), model: 'm', apiKey: nest.plant(`apiKey of a check, repeated in ${echo}`) });
    }
    nest.add('a client key', (clientKey.split('\n')[1] ?? '').slice(-24));
    const certified = { baseUrl: `https://localhost:${securePort}/v1`, ca, clientCertificate: ca, clientKey };
    const apiKey = () => nest.plant('apiKey next to a client certificate');
    await run({ ...certified, apiKey: apiKey() });
    await check({ ...certified, model: 'm', apiKey: apiKey() });
    await surface.ask('POST', '/v1/credentials', { body: { name: 'certificate', apiKey: apiKey(), clientKey } });
    const baseUrl = `http://127.0.0.1:${multiplexedPort}/v1`;
    await run({ baseUrl, httpVersion: '2', apiKey: nest.plant('apiKey over HTTP/2') });
    const redirected = { baseUrl: urlOf('the location of a redirect'), followRedirects: true };
    await run({ ...redirected, apiKey: nest.plant('apiKey, repeated in a redirect that may be followed') });
    if (Object.values(received).includes(0)) throw new Error(`A server received nothing: ${JSON.stringify(received)}`);
  } finally {
    secure.close();
    multiplexed.close();
  }
}
