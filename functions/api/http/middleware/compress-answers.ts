import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';
import { parseAccept } from 'hono/utils/accept';
import { addCoding } from '../entity-tags.ts';
import type { ApiEnv } from '../operation.ts';
import { packBody } from '../pack-body.ts';

/** A level that compresses JSON nearly as well as the best one, in a twentieth of the time. */
const brotliOptions = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** Content codings, with the preferred one first. Both compress on Node's thread pool, not on the calling thread. */
const codings = {
  br: { compress: createBrotliCompress, options: brotliOptions, compressAll: promisify(brotliCompress) },
  gzip: { compress: createGzip, options: { level: 6 }, compressAll: promisify(gzip) },
} as const;
type Coding = keyof typeof codings;

/** Minimum size in bytes of a body that is compressed. A shorter one fits into one packet. */
const minBytes = 1_024;

/** Matches text formats, except streams of events, which would wait in the compressor. */
const compressible = /^text\/(?!event-stream)|[/+](?:json|xml|yaml|x-ndjson)(?:;|$)/i;

/**
 * Compresses responses with brotli or gzip, as `Accept-Encoding` allows. Does not compress a response with a
 * `Content-Digest`, because the digest is that of the uncompressed bytes.
 */
export const compressAnswers: MiddlewareHandler<ApiEnv> = async (c, next) => {
  await next();
  const { headers, body, status } = c.res;
  // A 304 has the headers that the response would have had.
  if (status === 304) c.header('Vary', 'Accept-Encoding', { append: true });
  if (body === null || !compressible.test(headers.get('Content-Type') ?? '')) return;
  if (headers.has('Content-Encoding') || headers.has('Content-Digest')) return;
  c.header('Vary', 'Accept-Encoding', { append: true });
  const coding = chooseCoding(c.req.header('accept-encoding'));
  if (coding === null || c.req.method === 'HEAD') return;
  const packed = await packBody(body);
  if (packed instanceof Uint8Array && packed.length < minBytes) {
    c.res = new Response(packed, c.res);
    return;
  }
  const { compress, options, compressAll } = codings[coding];
  const compressed =
    packed instanceof Uint8Array ? await compressAll(packed, options) : pipeThrough(packed, compress(options));
  c.res = new Response(compressed, c.res);
  c.res.headers.delete('Content-Length');
  c.res.headers.set('Content-Encoding', coding);
  const tag = c.res.headers.get('ETag');
  if (tag !== null) c.res.headers.set('ETag', addCoding(tag, coding));
};

function pipeThrough(body: ReadableStream<Uint8Array>, compressor: NodeJS.ReadWriteStream): ReadableStream<Uint8Array> {
  // The reader of the compressor receives its error.
  pipeline(Readable.from(body), compressor).catch(() => undefined);
  return ReadableStream.from(compressor) as ReadableStream<Uint8Array>; // a compressor yields buffers
}

/** Chooses the content coding with the highest weight. Returns null if the header prefers or allows only `identity`. */
export function chooseCoding(acceptEncoding: string | undefined): Coding | null {
  if (acceptEncoding === undefined) return null;
  const ranges = parseAccept(acceptEncoding);
  const weigh = (name: string) => ranges.find(({ type }) => type.toLowerCase() === name)?.q;
  let best: { coding: Coding; weight: number } | null = null;
  for (const coding of ['br', 'gzip'] as const) {
    const weight = weigh(coding) ?? weigh('*') ?? 0;
    if (weight > (best?.weight ?? 0)) best = { coding, weight };
  }
  return best === null || best.weight < (weigh('identity') ?? 0) ? null : best.coding;
}
