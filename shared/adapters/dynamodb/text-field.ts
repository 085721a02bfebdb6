import { z } from 'zod';
import type { ItemTable } from './item-table.ts';
import { createDamagedItemError, type Item } from './record.ts';
import { getTextParts, putTextParts, textPartsSchema } from './text-parts.ts';

/** A JSON value within an item while it is small, beside it when it is not (a spec may carry megabytes of prompts). */
const textFieldSchema = z.union([z.object({ json: z.string() }), textPartsSchema]);

const maxInlineBytes = 64_000;

/** Writes what does not fit in, and gives the attribute to store. */
export async function packJson(table: ItemTable, pk: string, prefix: string, value: unknown, extra: Item = {}) {
  const json = JSON.stringify(value);
  if (Buffer.byteLength(json) <= maxInlineBytes) return { json };
  return putTextParts(table, pk, prefix, json, extra);
}

/**
 * The value that `packJson` stored, not yet checked by a schema.
 * @throws Error that names the item, where the attribute or the text is damaged
 */
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
