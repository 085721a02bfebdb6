import { z } from 'zod';
import { changeEach, changeFields, renameFields, renameWords, type StoredObject } from '../../spec/rename-fields.ts';
import { upgradeRunSpec } from '../../spec/upgrade-run-spec.ts';
import { tableDefinition } from './table.ts';

export type Item = Record<string, unknown>;

/** Converts a record to item attributes. Omits attributes whose value is null. */
export function toAttributes(record: object): Item {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null && value !== undefined));
}

/** Returns the attribute that makes DynamoDB delete an expired item, or no attribute if the item never expires. */
export function buildTtl(expiresAtMs: number | null): Item {
  return expiresAtMs === null ? {} : { [tableDefinition.ttlAttribute]: Math.ceil(expiresAtMs / 1000) };
}

/**
 * Converts an item to a record and validates it. Missing attributes become null, or stay missing if they are optional.
 * @throws Error with the item's keys and all problems, but without values
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

/** Converts an item with `parseRecord`. Returns null if the item does not exist. */
export function parseFound<S extends z.ZodRawShape>(
  schema: z.ZodObject<S>,
  item: Item | null,
): z.infer<z.ZodObject<S>> | null {
  return item === null ? null : parseRecord(schema, item);
}

export function createDamagedItemError(item: Item, faults: string): Error {
  return new Error(`The stored item pk=${String(item['pk'])} sk=${String(item['sk'])} is not valid. ${faults}`);
}

/** Maps current attribute names to the names that version 0.1.0 used. */
export const earlierAttributes: Readonly<Record<string, string>> = {
  groupIndex: 'group',
  stageIndex: 'stage',
  batchIndex: 'batch',
};

/** Maps values of version 0.1.0 to their current spelling. */
export const earlierWords: Readonly<Record<string, string>> = { cancelled: 'canceled', sure: 'precision_reached' };

const currentAttributes = Object.fromEntries(Object.entries(earlierAttributes).map(([now, before]) => [before, now]));
const upgradeWord = renameWords(earlierWords);
const upgradeFields = renameFields(currentAttributes, {
  spec: upgradeRunSpec,
  levels: changeEach(renameFields({ target: 'targetIndex' })),
  stop: changeFields({ reason: upgradeWord }),
  progress: renameFields({ cancelled: 'canceled' }),
  notSentReason: upgradeWord,
});

/** Converts an item that version 0.1.0 stored to current names. Returns other items unchanged. */
function upgradeItem(item: StoredObject): StoredObject {
  return upgradeFields(item) as StoredObject; // a change returns an object if it receives an object
}
