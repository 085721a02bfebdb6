import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { createZstdCompress, createZstdDecompress, zstdDecompress } from 'node:zlib';
import { z } from 'zod';
import { splitText } from '../../split-text.ts';
import type { ItemTable } from './item-table.ts';
import type { ItemKey } from './keys.ts';
import { createDamagedItemError, type Item } from './record.ts';

/** Schema of a reference to a stored text: the text's digest, and the number of items that contain the text. */
export const textPartsSchema = z.object({ sha256: z.string(), parts: z.number().int().min(1) });
export type TextParts = z.infer<typeof textPartsSchema>;

/** Maximum bytes of text per item. DynamoDB limits an item to 400 KB, including attribute names. */
const maxPartBytes = 350_000;
/** Maximum decompressed size in bytes, far above the size of valid texts. Limits the memory for a damaged item. */
const maxTextBytes = 512 * 1024 * 1024;

const hashText = (text: string) => createHash('sha256').update(text).digest('hex');

/** Compresses a text that is given in pieces, and computes the digest of the whole text. */
async function compressPieces(pieces: Iterable<string>): Promise<{ bytes: Buffer; sha256: string }> {
  const hash = createHash('sha256');
  function* readPieces() {
    for (const piece of pieces)
      for (const part of splitText(piece)) {
        const bytes = Buffer.from(part);
        hash.update(bytes);
        yield bytes;
      }
  }
  const compress = createZstdCompress();
  const [bytes] = await Promise.all([buffer(compress), pipeline(Readable.from(readPieces()), compress)]);
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Compresses a text and stores it in as many items as needed. Keys contain the text's digest, so that repeated writes
 * do no harm and parts of different texts never mix. Readers need the returned value to find the text.
 * @param text the text, or its pieces in order
 * @param extra attributes to add to each item, such as the expiry time
 */
export async function putTextParts(
  table: ItemTable,
  pk: string,
  prefix: string,
  text: string | readonly string[],
  extra: Item = {},
): Promise<TextParts> {
  const { bytes, sha256 } = await compressPieces(typeof text === 'string' ? [text] : text);
  const parts = Math.max(1, Math.ceil(bytes.length / maxPartBytes));
  for (const [part, key] of textPartKeys(pk, prefix, { sha256, parts }).entries()) {
    const data = bytes.subarray(part * maxPartBytes, (part + 1) * maxPartBytes);
    await table.put({ ...key, data, ...extra });
  }
  return { sha256, parts };
}

/** Reads a stored text. @throws Error with the item's keys if a part is missing or the digest does not match */
export async function getTextParts(table: ItemTable, pk: string, prefix: string, where: TextParts): Promise<string> {
  const { data, first } = await readParts(table, pk, prefix, where);
  const inflated = await promisify(zstdDecompress)(Buffer.concat(data), { maxOutputLength: maxTextBytes });
  const text = inflated.toString('utf8');
  if (hashText(text) !== where.sha256) throw createDamagedItemError(first, wrongDigest);
  return text;
}

/** Reads a stored text as a stream of its bytes. The stream fails at its end if the digest does not match. */
export async function openTextParts(
  table: ItemTable,
  pk: string,
  prefix: string,
  where: TextParts,
): Promise<ReadableStream<Uint8Array>> {
  const { data, first } = await readParts(table, pk, prefix, where);
  async function* readBytes() {
    const hash = createHash('sha256');
    for await (const chunk of Readable.from(data).pipe(createZstdDecompress())) {
      hash.update(chunk);
      yield chunk;
    }
    if (hash.digest('hex') !== where.sha256) throw createDamagedItemError(first, wrongDigest);
  }
  return ReadableStream.from(readBytes());
}

const wrongDigest = 'the text does not match the digest stored with it';

/** Reads the compressed parts of a text, and the key of the first. @throws Error if a part is missing */
async function readParts(table: ItemTable, pk: string, prefix: string, where: TextParts) {
  const keys = textPartKeys(pk, prefix, where);
  const items = await table.getMany(keys);
  const data = items.flatMap((item) => z.object({ data: z.instanceof(Uint8Array) }).safeParse(item).data?.data ?? []);
  const first = keys[0] ?? { pk, sk: prefix };
  if (data.length !== where.parts)
    throw createDamagedItemError(first, `${data.length} of ${where.parts} stored parts were found`);
  return { data, first };
}

export function textPartKeys(pk: string, prefix: string, { sha256, parts }: TextParts): ItemKey[] {
  return Array.from({ length: parts }, (_, part) => ({
    pk,
    sk: `${prefix}#${sha256.slice(0, 32)}#${String(part).padStart(4, '0')}`,
  }));
}

/** Schema of a stored JSON value: the JSON itself if it is small, otherwise a reference to separate items. */
const textFieldSchema = z.union([z.object({ json: z.string() }), textPartsSchema]);

const maxInlineBytes = 64_000;

/** Returns the attribute for a JSON value. If the value is too large, first writes it to separate items. */
export async function packJson(table: ItemTable, pk: string, prefix: string, value: unknown, extra: Item = {}) {
  const json = JSON.stringify(value);
  return Buffer.byteLength(json) <= maxInlineBytes ? { json } : putTextParts(table, pk, prefix, json, extra);
}

/** Reads a JSON value that `packJson` stored, without validation. @throws Error if the stored text is damaged */
export async function unpackJson(table: ItemTable, prefix: string, item: Item, attribute: string): Promise<unknown> {
  const field = textFieldSchema.safeParse(item[attribute]);
  if (!field.success) throw createDamagedItemError(item, `${attribute}: is not a text or its parts`);
  const json =
    'json' in field.data ? field.data.json : await getTextParts(table, String(item['pk']), prefix, field.data);
  try {
    return JSON.parse(json);
  } catch {
    throw createDamagedItemError(item, `${attribute}: is not JSON`);
  }
}
