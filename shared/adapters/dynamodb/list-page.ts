import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';
import type { Page, PageRequest } from '../../tenant-stores.ts';
import type { ItemQuery, ItemTable } from './item-table.ts';
import { dueSortKey, type ItemKey } from './keys.ts';
import { type Item, parseRecord } from './record.ts';

/** Identifies the list that a cursor belongs to. */
export type CursorScope = { tenantId: string; list: string };

export type ListQuery<T> = {
  scope: CursorScope;
  query: Pick<ItemQuery, 'partition' | 'index' | 'range'>;
  /** Returns the record's position in the list: the id, or the creation time and id. */
  readPosition(record: T): string;
  /** Returns the full key of the item at a position, for the table or for the queried index. */
  buildKey(position: string): Item;
  /** Returns the items' records in order, without hidden ones. If `items` are index keys, fetches the items first. */
  read(items: Item[]): Promise<T[]>;
};

/**
 * Reads one page of records, newest first. Each page except the last is full. The cursor is null only on the last page,
 * which the function detects by reading one more record than requested.
 * @throws AppError INVALID_REQUEST if the cursor belongs to another list
 */
export async function listPage<T>(table: ItemTable, request: PageRequest, list: ListQuery<T>): Promise<Page<T>> {
  const startAfter = request.cursor === null ? undefined : list.buildKey(decodeCursor(list.scope, request.cursor));
  const wanted = request.limit + 1;
  const found = table.query({ ...list.query, newestFirst: true, pageSize: wanted, startAfter });
  const records = await readUntil(found, wanted, list.read);
  const shown = records.slice(0, request.limit);
  const last = shown.at(-1);
  const hasMore = records.length > request.limit && last !== undefined;
  return { items: shown, cursor: hasMore ? encodeCursor(list.scope, list.readPosition(last)) : null };
}

/** Reads the records of items in batches, until there are `wanted` records or no more items. */
export async function readUntil<T>(
  found: AsyncIterable<Item> | Iterable<Item>,
  wanted: number,
  read: (items: Item[]) => Promise<T[]>,
): Promise<T[]> {
  const records: T[] = [];
  let pending: Item[] = [];
  for await (const item of found) {
    pending.push(item);
    if (pending.length < wanted - records.length) continue;
    records.push(...(await read(pending)));
    pending = [];
    if (records.length >= wanted) break;
  }
  records.push(...(await read(pending)));
  return records;
}

/**
 * Parses the items of a list. Reports and skips items that cannot be parsed, so that one damaged item hides no others.
 * @throws the error of the database if a part of an item cannot be read
 */
export async function parseEach<T>(
  table: ItemTable,
  items: readonly Item[],
  parse: (item: Item) => T | Promise<T>,
): Promise<T[]> {
  const parsed = await Promise.all(
    items.map(async (item) => {
      try {
        return [await parse(item)];
      } catch (error) {
        if (error instanceof AppError || (error instanceof Error && '$metadata' in error)) throw error;
        table.reportSkipped?.(error);
        return [];
      }
    }),
  );
  return parsed.flat(1) as T[]; // one level of lists of T
}

/** Maximum number of index entries from which due work is chosen. */
const maxCandidates = 5_000;

/**
 * Lists the index entries of due work, from `fromMs` to `atMs` (ms since 1970). The tenants take turns, so that one
 * with much due work does not delay others. The work of each tenant is sorted by due time.
 */
export async function listDueKeys(table: ItemTable, partition: string, atMs: number, fromMs = 0): Promise<Item[]> {
  const range = { from: dueSortKey(fromMs, ''), to: dueSortKey(Math.floor(atMs), '~') };
  const ranked: { item: Item; rank: number }[] = [];
  const counts = new Map<unknown, number>();
  for await (const item of table.query({ partition, index: 'gsi2', range })) {
    // The partition key of the item is that of its tenant.
    const rank = counts.get(item['pk']) ?? 0;
    counts.set(item['pk'], rank + 1);
    ranked.push({ item, rank });
    if (ranked.length >= maxCandidates) break;
  }
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ item }) => item);
}

/** A list ordered by an index. The index provides keys; consistent reads then fetch the items from the table. */
export type IndexedList<T> = Pick<ListQuery<T>, 'scope' | 'readPosition'> & {
  partition: string;
  /** Returns the table key of the item that is at this position in the index. */
  buildKey(position: string): ItemKey;
  parse(item: Item): T | Promise<T>;
};

/** Reads one page of a list that is ordered by an index. Behaves like `listPage`. */
export function listIndexed<T>(table: ItemTable, request: PageRequest, list: IndexedList<T>): Promise<Page<T>> {
  const { scope, partition, readPosition, buildKey, parse } = list;
  return listPage(table, request, {
    scope,
    query: { partition, index: 'gsi1' },
    readPosition,
    buildKey: (position) => ({ ...buildKey(position), gsi1pk: partition, gsi1sk: position }),
    read: async (found) => {
      return parseEach(table, await table.getMany(found.map(readTableKey)), parse);
    },
  });
}

/** Reads all records in a partition whose sort keys start with `prefix`, ordered by key. */
export async function listRecords<S extends z.ZodRawShape>(
  table: ItemTable,
  schema: z.ZodObject<S>,
  partition: string,
  prefix: string,
): Promise<z.infer<z.ZodObject<S>>[]> {
  const records: z.infer<z.ZodObject<S>>[] = [];
  for await (const item of table.query({ partition, index: null, range: { prefix } }))
    records.push(parseRecord(schema, item));
  return records;
}

export const readTableKey = (item: Item): ItemKey => ({ pk: String(item['pk']), sk: String(item['sk']) });

/** Builds a record's position in a list ordered by creation time (ms since 1970), for ids that do not sort by time. */
export const createPosition = (createdAtMs: number, id: string) =>
  `${String(Math.max(0, Math.floor(createdAtMs))).padStart(13, '0')}#${id}`;

export const readPositionId = (position: string) => position.slice(position.indexOf('#') + 1);

const digestBytes = 12;
/** Matches a position: an id or, if the list is ordered by creation time, the creation time and an id. */
const positionPattern = /^(\d{13}#)?[a-z]{3}_[0-9a-z]{26}$/;

export function encodeCursor({ tenantId, list }: CursorScope, position: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenantId, list, position]))
    .digest();
  return Buffer.concat([digest.subarray(0, digestBytes), Buffer.from(position)]).toString('base64url');
}

/** Decodes a cursor. The digest only detects accidental changes. Access depends on the request, not on the cursor. */
export function decodeCursor(scope: CursorScope, cursor: string): string {
  const position = Buffer.from(cursor, 'base64url').subarray(digestBytes).toString('utf8');
  if (positionPattern.test(position) && encodeCursor(scope, position) === cursor) return position;
  const remedy = 'use the cursor of the previous page unchanged, or omit it to get the newest items';
  throw new AppError('INVALID_REQUEST', 'The cursor is not valid', {
    faults: [{ pointer: '?cursor', fault: 'is not a cursor for this list', remedy }],
  });
}
