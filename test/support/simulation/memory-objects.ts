import type { ObjectStore } from '../../../shared/object-store.ts';

/** Creates a store of objects in memory. Signed addresses and uploads by clients are not supported. */
export function createMemoryObjects(): ObjectStore & { keys(): string[] } {
  const stored = new Map<string, { bytes: Buffer; contentType: string }>();
  const outside = (): never => {
    throw new Error('The simulation has no clients of signed addresses.');
  };
  return {
    keys: () => [...stored.keys()].sort(),
    put: async (key, bytes, { contentType }) => {
      const pieces: Uint8Array[] = [];
      if (bytes instanceof Uint8Array) pieces.push(bytes);
      else for await (const piece of bytes) pieces.push(piece);
      const whole = Buffer.concat(pieces);
      stored.set(key, { bytes: whole, contentType });
      return whole.length;
    },
    head: async (key) => {
      const object = stored.get(key);
      return object === undefined
        ? null
        : { sizeBytes: object.bytes.length, contentType: object.contentType, etag: `"${object.bytes.length}"` };
    },
    readRange: async (key, { from, to }) => stored.get(key)?.bytes.subarray(from, to) ?? null,
    open: async (key, from = 0) => {
      const bytes = stored.get(key)?.bytes.subarray(from) ?? null;
      return bytes === null ? null : ReadableStream.from([bytes]);
    },
    removeSome: async (prefix) => {
      for (const key of stored.keys()) if (key.startsWith(prefix)) stored.delete(key);
      return false;
    },
    signGet: async (key) => `https://objects.example.com/${key}`,
    startUpload: outside,
    signParts: outside,
    completeUpload: outside,
    abortUpload: outside,
  };
}
