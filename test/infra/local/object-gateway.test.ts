import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addObjectGateway } from '../../../infra/local/object-gateway.ts';
import { startEmbeddedS3 } from '../../../infra/local/stores/embedded-s3.ts';
import { createObjectStore } from '../../../shared/adapters/object-store.ts';
import { ensureBucket } from '../../../shared/adapters/s3/ensure-bucket.ts';
import { readStoreEndpoint, writeSigningEndpoint } from '../../../shared/adapters/store-endpoint.ts';
import type { ObjectStore } from '../../../shared/object-store.ts';

const publicUrl = 'https://bench.example.com/tokenmeter';
let server: Awaited<ReturnType<typeof startEmbeddedS3>>;
let objects: ObjectStore;
let send: (url: string | URL, init?: RequestInit) => Promise<Response>;
let nowMs = Date.now();

beforeAll(async () => {
  server = await startEmbeddedS3();
  const s3PublicEndpoint = writeSigningEndpoint(publicUrl, 'ab12');
  const config = { region: 'us-east-1', bucketName: 'tokenmeter', s3Endpoint: server.endpoint, s3PublicEndpoint };
  await ensureBucket(config);
  objects = createObjectStore(config);
  await objects.put('answers/a', new TextEncoder().encode('answer'), { contentType: 'text/plain' });
  const api = () => new Response('the API', { status: 200 });
  const gateway = addObjectGateway(api, config, { nowMs: () => nowMs });
  send = async (url, init) => gateway(new Request(url, init));
});
afterAll(() => server.close());

/** Signs an address and removes the path of the public address, as a reverse proxy does. */
async function sign(key = 'answers/a', seconds = 60): Promise<URL> {
  const url = new URL(await objects.signGet(key, seconds));
  url.pathname = url.pathname.replace('/tokenmeter/tokenmeter/', '/tokenmeter/');
  return url;
}

describe('signed addresses of the local service', () => {
  test('start with its public address, contain no credential of the embedded server, and answer ranges', async () => {
    const url = await sign();
    expect(await objects.signGet('answers/a', 60)).toMatch(
      /^https:\/\/bench\.example\.com\/tokenmeter\/tokenmeter\/an/,
    );
    expect(url.href).not.toContain(readStoreEndpoint(server.endpoint).credentials.accessKeyId);
    expect(await (await send(url)).text()).toBe('answer');
    const part = await send(url, { headers: { range: 'bytes=2-3' } });
    expect([part.status, await part.text()]).toEqual([206, 'sw']);
  });

  test.each([
    ['another object', (url: URL) => url.href.replace('answers/a', 'answers/b')],
    ['another signature', (url: URL) => url.href.replace(/Signature=./, 'Signature=x')],
    ['a longer life', (url: URL) => url.href.replace('Expires=60', 'Expires=6000')],
    ['a later time', (url: URL) => url.href.replace(/Date=\d{4}/, 'Date=2999')],
    ['another parameter', (url: URL) => `${url.href}&uploads=`],
  ])('are refused with %s', async (_, change) => {
    expect((await send(change(await sign()))).status).toBe(403);
  });

  test('are refused with another method, and after they have expired', async () => {
    const url = await sign();
    for (const method of ['PUT', 'DELETE', 'HEAD', 'POST']) expect((await send(url, { method })).status).toBe(403);
    nowMs = Date.now() + 60_001;
    expect((await send(url)).status).toBe(403);
    nowMs = Date.now();
    expect((await send(url)).status).toBe(200);
  });

  test('leave all other requests to the API', async () => {
    for (const path of ['/v1/runs', '/tokenmeter/answers/a', '/other/answers/a?X-Amz-Signature=1'])
      expect(await (await send(`http://127.0.0.1:8787${path}`)).text()).toBe('the API');
  });
});
