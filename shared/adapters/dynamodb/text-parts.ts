import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import { z } from 'zod';
import type { ItemTable } from './item-table.ts';
import type { ItemKey } from './keys.ts';
import { createDamagedItemError, type Item } from './record.ts';

/** Where a long text is: its digest, and in how many items it lies. */
export const textPartsSchema = z.object({ sha256: z.string(), parts: z.number().int().min(1) });
export type TextParts = z.infer<typeof textPartsSchema>;

/** An item may have 400 KB, names included. */
const maxPartBytes = 350_000;
/** Far above any text of ours; a bound against a damaged item that would inflate without end. */
const maxTextBytes = 512 * 1024 * 1024;

/**
 * Stores a text of any length, compressed, in as many items as it needs. They are named by the text's digest, so that
 * writing the same text again changes nothing and another text never mixes with it; whoever keeps the result and
 * stores it last makes the text visible in one step.
 * @param extra attributes to put on every item, such as the time to live
 */
export async function putTextParts(
  table: ItemTable,
  pk: string,
  prefix: string,
  text: string,
  extra: Item = {},
): Promise<TextParts> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const bytes = await promisify(zstdCompress)(text);
  const parts = Math.max(1, Math.ceil(bytes.length / maxPartBytes));
  for (let part = 0; part < parts; part++) {
    const data = bytes.subarray(part * maxPartBytes, (part + 1) * maxPartBytes);
    await table.put({ pk, sk: partKey(prefix, sha256, part), data, ...extra });
  }
  return { sha256, parts };
}

/**
 * The text again.
 * @throws Error that names the keys, where a part is missing or the text is not what was stored
 */
export async function getTextParts(table: ItemTable, pk: string, prefix: string, where: TextParts): Promise<string> {
  const keys = textPartKeys(pk, prefix, where);
  const items = await table.getMany(keys);
  const parsed = items.map((item) => z.object({ data: z.instanceof(Uint8Array) }).safeParse(item).data?.data);
  const first = keys[0] ?? { pk, sk: prefix };
  if (parsed.length !== where.parts || parsed.some((data) => data === undefined))
    throw createDamagedItemError(first, `${where.parts} parts were stored, and not all are there`);
  const bytes = Buffer.concat(parsed.filter((data) => data !== undefined));
  const text = (await promisify(zstdDecompress)(bytes, { maxOutputLength: maxTextBytes })).toString('utf8');
  if (createHash('sha256').update(text).digest('hex') !== where.sha256)
    throw createDamagedItemError(first, 'the text does not have the digest it was stored under');
  return text;
}

/** The keys of the items that a text lies in. */
export function textPartKeys(pk: string, prefix: string, where: TextParts): ItemKey[] {
  return Array.from({ length: where.parts }, (_, part) => ({ pk, sk: partKey(prefix, where.sha256, part) }));
}

const partKey = (prefix: string, sha256: string, part: number) =>
  `${prefix}#${sha256.slice(0, 32)}#${String(part).padStart(4, '0')}`;
