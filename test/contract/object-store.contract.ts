import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type ObjectStore, uploadPartBytes } from '../../shared/object-store.ts';

export type ObjectPlace = {
  objects: ObjectStore;
  /** Sends a request to a signed address. */
  send(url: string, init?: RequestInit): Promise<Response>;
};

const options = { contentType: 'text/plain' };
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const toBytes = (text: string) => new TextEncoder().encode(text);
const toText = (bytes: Uint8Array | null) => (bytes === null ? null : new TextDecoder().decode(bytes));

/** Makes bytes that differ at every offset of a part. */
function makeBytes(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + (index >> 13)) & 0xff;
  return bytes;
}

async function* cut(bytes: Uint8Array, pieceBytes: number) {
  for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes);
}

/** Contract of `ObjectStore` over any S3 server. The bucket exists and is empty. */
export function describeObjectStore(place: () => ObjectPlace): void {
  describe('ObjectStore', () => {
    it('reads what was stored, with its size and type, and null without an object', async () => {
      const { objects } = place();
      expect(await objects.put('runs/a/one', toBytes('one'), options)).toBe(3);
      expect(await objects.head('runs/a/one')).toMatchObject({ sizeBytes: 3, contentType: 'text/plain' });
      expect(await new Response(await objects.open('runs/a/one')).text()).toBe('one');
      expect(await new Response(await objects.open('runs/a/one', 1)).text()).toBe('ne');
      await objects.put('runs/a/one', toBytes('another'), options);
      expect(await new Response(await objects.open('runs/a/one')).text()).toBe('another');
      await objects.put('runs/a/empty', new Uint8Array(0), options);
      expect(await objects.head('runs/a/empty')).toMatchObject({ sizeBytes: 0 });
      expect(await objects.head('runs/a/none')).toBeNull();
      expect(await objects.open('runs/a/none')).toBeNull();
      expect(await objects.readRange('runs/a/none', { from: 0, to: 1 })).toBeNull();
    });

    it('reads any range, and cuts a range that ends after the object', async () => {
      const { objects } = place();
      await objects.put('runs/a/range', toBytes('0123456789'), options);
      const read = async (from: number, to: number) => toText(await objects.readRange('runs/a/range', { from, to }));
      expect(await read(0, 1)).toBe('0');
      expect(await read(3, 7)).toBe('3456');
      expect(await read(8, 99)).toBe('89');
      expect(await read(4, 4)).toBe('');
    });

    it('stores a large object in parts, and reads ranges across the parts', async () => {
      const { objects } = place();
      const bytes = makeBytes(2 * uploadPartBytes + 100_003);
      expect(await objects.put('runs/a/large', cut(bytes, 1_000_003), options)).toBe(bytes.length);
      expect(await objects.head('runs/a/large')).toMatchObject({ sizeBytes: bytes.length });
      const whole = new Uint8Array(await new Response(await objects.open('runs/a/large')).arrayBuffer());
      expect(digest(whole)).toBe(digest(bytes));
      const ranges = [uploadPartBytes - 5, 2 * uploadPartBytes - 1].map((from) => ({ from, to: from + 50_000 }));
      for (const range of ranges) {
        const found = (await objects.readRange('runs/a/large', range)) ?? new Uint8Array(0);
        expect(digest(found)).toBe(digest(bytes.subarray(range.from, range.to)));
      }
    });

    it('keeps the previous object if the bytes of the next one end with an error', async () => {
      const { objects } = place();
      await objects.put('runs/a/kept', toBytes('kept'), options);
      async function* fail() {
        yield new Uint8Array(uploadPartBytes + 1);
        throw new Error('no more bytes');
      }
      await expect(objects.put('runs/a/kept', fail(), options)).rejects.toThrow('no more bytes');
      expect(await new Response(await objects.open('runs/a/kept')).text()).toBe('kept');
    });

    it('removes all objects with a prefix, however many, and no others', async () => {
      const { objects } = place();
      const keys = Array.from({ length: 1_010 }, (_, index) => `runs/b/${index}`);
      for (let from = 0; from < keys.length; from += 50)
        await Promise.all(keys.slice(from, from + 50).map((key) => objects.put(key, toBytes('x'), options)));
      await objects.put('runs/bb', toBytes('other'), options);
      let calls = 0;
      while (await objects.removeSome('runs/b/')) calls += 1;
      expect(calls).toBe(1);
      for (const key of [keys[0], keys[1_009]]) expect(await objects.head(key ?? '')).toBeNull();
      expect(await objects.head('runs/bb')).not.toBeNull();
      expect(await objects.removeSome('runs/b/')).toBe(false);
    });

    it('signs an address from which anyone can read the object with its name', async () => {
      const { objects, send } = place();
      await objects.put('answers/a/report.json', toBytes('{}'), {
        contentType: 'application/json',
        contentDisposition: 'attachment; filename="report.json"',
      });
      const response = await send(await objects.signGet('answers/a/report.json', 60));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('application/json');
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="report.json"');
      expect(await response.text()).toBe('{}');
    });

    it('makes an object from parts that were sent to signed addresses', async () => {
      const { objects, send } = place();
      const bytes = makeBytes(uploadPartBytes + 12_345);
      const key = 'datasets/t/d';
      const upload = { key, uploadId: await objects.startUpload(key, options) };
      const urls = await objects.signParts(upload, [1, 2], 60);
      const sent = urls.map(async (url, index) => {
        const body = bytes.slice(index * uploadPartBytes, (index + 1) * uploadPartBytes);
        const response = await send(url, { method: 'PUT', body });
        expect(response.status).toBe(200);
        return { partNumber: index + 1, etag: response.headers.get('etag') ?? '' };
      });
      const parts = await Promise.all(sent);
      expect(await objects.head(key)).toBeNull();
      await expect(
        objects.completeUpload(upload, [{ partNumber: 1, etag: '"00000000000000000000000000000000"' }]),
      ).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
      await objects.completeUpload(upload, parts);
      const whole = new Uint8Array(await new Response(await objects.open(key)).arrayBuffer());
      expect(digest(whole)).toBe(digest(bytes));
    });

    it('forgets an aborted upload, also if it is aborted again', async () => {
      const { objects, send } = place();
      const upload = { key: 'datasets/t/x', uploadId: await objects.startUpload('datasets/t/x', options) };
      const [url = ''] = await objects.signParts(upload, [1], 60);
      await objects.abortUpload(upload);
      await objects.abortUpload(upload);
      expect((await send(url, { method: 'PUT', body: 'late' })).status).toBe(404);
    });
  });
}
