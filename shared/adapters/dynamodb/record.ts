import { z } from 'zod';
import { tableDefinition } from './table.ts';
import { upgradeItem } from './upgrade-item.ts';

/** An item as the table holds it, unmarshalled. */
export type Item = Record<string, unknown>;

/** A record's attributes as they are stored: null is stored as absence. */
export function toAttributes(record: object): Item {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}

/** The attribute by which the store itself drops an expired item, some time after; none for one that does not expire. */
export function buildTtl(expiresAtMs: number | null): Item {
  return expiresAtMs === null ? {} : { [tableDefinition.ttlAttribute]: Math.ceil(expiresAtMs / 1000) };
}

/**
 * The record that an item holds, checked by its schema; what is absent is null, unless it may be left out.
 * @throws Error that names the item's keys and each fault (never a value), where the item is not what the schema says
 */
export function parseRecord<S extends z.ZodRawShape>(schema: z.ZodObject<S>, stored: Item): z.infer<z.ZodObject<S>> {
  const item = upgradeItem(stored);
  const candidate: Item = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const mayBeLeftOut = item[name] === undefined && z.safeParse(field, undefined).success;
    if (!mayBeLeftOut) candidate[name] = item[name] ?? null;
  }
  const parsed = schema.safeParse(candidate);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw createDamagedItemError(item, faults);
}

/** Returns the record of an item that may not be there; null where it is not. Throws as `parseRecord`. */
export function parseFound<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  item: Item | null,
): z.infer<z.ZodObject<S>> | null {
  return item === null ? null : parseRecord(schema, item);
}

/** The error for an item that cannot be read. */
export function createDamagedItemError(item: Item, faults: string): Error {
  return new Error(`The stored item pk=${String(item['pk'])} sk=${String(item['sk'])} is not valid. ${faults}`);
}
