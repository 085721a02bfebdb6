import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addObjectGateway } from '../../../../infra/local/object-gateway.ts';
import { startEmbeddedS3 } from '../../../../infra/local/stores/embedded-s3.ts';
import { createObjectStore } from '../../../../shared/adapters/object-store.ts';
import { ensureBucket } from '../../../../shared/adapters/s3/ensure-bucket.ts';
import { writeSigningEndpoint } from '../../../../shared/adapters/store-endpoint.ts';
import { uploadPartBytes } from '../../../../shared/object-store.ts';
import { describeObjectStore, type ObjectPlace } from '../../../contract/object-store.contract.ts';

const clock = { nowMs: () => Date.now() };
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tokenmeter-'));
  closers.push(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function open(dataDir?: string): Promise<ObjectPlace & { close(): Promise<void> }> {
  const server = await startEmbeddedS3(dataDir === undefined ? {} : { dataDir });
  const s3PublicEndpoint = writeSigningEndpoint('http://127.0.0.1:8787', 'ab12');
  const config = { region: 'us-east-1', bucketName: 'tokenmeter', s3Endpoint: server.endpoint, s3PublicEndpoint };
  await ensureBucket(config);
  const gateway = addObjectGateway(() => new Response(null, { status: 401 }), config, clock);
  const send = async (url: string, init?: RequestInit) => gateway(new Request(url, init));
  return { objects: createObjectStore(config), send, close: () => server.close() };
}

describe.each(['files', 'memory'])('embedded S3 in %s', (kind) => {
  let place: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    place = await open(kind === 'files' ? makeFolder() : undefined);
  });
  afterAll(() => place.close());
  describeObjectStore(() => place);
});

describe('embedded S3', () => {
  test('keeps objects and unfinished uploads over a restart', async () => {
    const dataDir = makeFolder();
    const first = await open(dataDir);
    const options = { contentType: 'text/plain' };
    await first.objects.put('runs/a/kept', new TextEncoder().encode('kept'), options);
    const upload = { key: 'datasets/t/d', uploadId: await first.objects.startUpload('datasets/t/d', options) };
    const body = new Uint8Array(uploadPartBytes).fill(7);
    const [url = ''] = await first.objects.signParts(upload, [1], 60);
    const etag = (await first.send(url, { method: 'PUT', body })).headers.get('etag') ?? '';
    await first.close();
    const second = await open(dataDir);
    expect(await new Response(await second.objects.open('runs/a/kept')).text()).toBe('kept');
    const [next = ''] = await second.objects.signParts(upload, [2], 60);
    const last = (await second.send(next, { method: 'PUT', body: 'end' })).headers.get('etag') ?? '';
    const parts = [etag, last].map((each, index) => ({ partNumber: index + 1, etag: each }));
    await second.objects.completeUpload(upload, parts);
    await second.close();
    const third = await open(dataDir);
    const range = { from: uploadPartBytes - 1, to: uploadPartBytes + 3 };
    expect(Buffer.from((await third.objects.readRange(upload.key, range)) ?? []).toString()).toBe('\u0007end');
    for (const prefix of ['runs/', 'datasets/']) await third.objects.removeSome(prefix);
    expect(readdirSync(join(dataDir, 'buckets/tokenmeter/objects'))).toEqual([]);
    expect(readdirSync(join(dataDir, '_multipart'))).toEqual([]);
    await third.close();
  });
});
