import { z } from 'zod';
import { changeEach, changeFields, renameFields, renameWord, type StoredObject } from '../../spec/rename-fields.ts';
import { upgradeRunSpec } from '../../spec/upgrade-run-spec.ts';
import { tableDefinition } from './table.ts';

/** An unmarshalled item of the table. */
export type Item = Record<string, unknown>;

/** Converts a record to attributes. Null is stored as an absent attribute. */
export function toAttributes(record: object): Item {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}

/** Builds the attribute by which DynamoDB deletes an expired item; no attribute if the item never expires. */
export function buildTtl(expiresAtMs: number | null): Item {
  return expiresAtMs === null ? {} : { [tableDefinition.ttlAttribute]: Math.ceil(expiresAtMs / 1000) };
}

/**
 * Reads the record of an item and checks it. An absent attribute is null, or absent if the schema allows that.
 * @throws Error with the item's keys and all faults, but no values, if the schema does not match
 */
export function parseRecord<S extends z.ZodRawShape>(schema: z.ZodObject<S>, stored: Item): z.infer<z.ZodObject<S>> {
  const item = upgradeItem(stored);
  const candidate: Item = {};
  for (const [name, field] of Object.entries(schema.shape)) {
    const isOmitted = item[name] === undefined && z.safeParse(field, undefined).success;
    if (!isOmitted) candidate[name] = item[name] ?? null;
  }
  const parsed = schema.safeParse(candidate);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw createDamagedItemError(item, faults);
}

/** Reads the record of an item like `parseRecord`; null if the item does not exist. */
export function parseFound<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  item: Item | null,
): z.infer<z.ZodObject<S>> | null {
  return item === null ? null : parseRecord(schema, item);
}

/** Creates the error for an item that cannot be read. */
export function createDamagedItemError(item: Item, faults: string): Error {
  return new Error(`The stored item pk=${String(item['pk'])} sk=${String(item['sk'])} is not valid. ${faults}`);
}

/** Attributes that version 0.1.0 stored under another name: current name → earlier name. */
export const earlierAttributes: Readonly<Record<string, string>> = {
  groupIndex: 'group',
  stageIndex: 'stage',
  batchIndex: 'batch',
};

/** Values that version 0.1.0 spelled differently. */
export const earlierWords: Readonly<Record<string, string>> = { cancelled: 'canceled', sure: 'precision_reached' };

const currentAttributes = Object.fromEntries(Object.entries(earlierAttributes).map(([now, before]) => [before, now]));
const upgradeWord = (word: unknown) => renameWord(word, earlierWords);

/** Renames the attributes of an item stored by version 0.1.0. Returns later items unchanged. */
function upgradeItem(item: StoredObject): StoredObject {
  const renamed = changeFields(renameFields(item, currentAttributes), {
    spec: upgradeRunSpec,
    levels: changeEach((level) => renameFields(level, { target: 'targetIndex' })),
    stop: (stop) => changeFields(stop, { reason: upgradeWord }),
    progress: (progress) => renameFields(progress, { cancelled: 'canceled' }),
    notSentReason: upgradeWord,
  });
  return renamed as StoredObject; // an item stays an object
}
