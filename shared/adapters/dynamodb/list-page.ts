import type { Page, PageRequest } from '../../ports.ts';
import { type CursorScope, decodeCursor, encodeCursor } from './cursor.ts';
import type { ItemQuery, ItemTable } from './item-table.ts';
import type { ItemKey } from './keys.ts';
import type { Item } from './record.ts';

export type ListQuery<T> = {
  scope: CursorScope;
  query: Pick<ItemQuery, 'partition' | 'index' | 'range'>;
  /** A record's place in the list's order: its id, or instant and id. */
  positionOf(record: T): string;
  /** The full key, within the table or index queried, of the item at this place. */
  keyOf(position: string): Item;
  /** Reads what the items (of an index: their keys) stand for, in order, leaving out what is not to be seen. */
  read(items: Item[]): Promise<T[]>;
};

/**
 * One page, newest first. It is full unless the list ends, and its cursor is null exactly where nothing follows: the
 * list is read one record further than asked.
 * @throws AppError INVALID_REQUEST for a cursor that this list did not give
 */
export async function listPage<T>(table: ItemTable, request: PageRequest, list: ListQuery<T>): Promise<Page<T>> {
  const after = request.cursor === null ? null : decodeCursor(list.scope, request.cursor);
  const wanted = request.limit + 1;
  const records: T[] = [];
  let pending: Item[] = [];
  const items = table.query({
    ...list.query,
    newestFirst: true,
    pageSize: wanted,
    ...(after === null ? {} : { startAfter: list.keyOf(after) }),
  });
  for await (const item of items) {
    pending.push(item);
    if (pending.length < wanted - records.length) continue;
    records.push(...(await list.read(pending)));
    pending = [];
    if (records.length >= wanted) break;
  }
  records.push(...(await list.read(pending)));
  const shown = records.slice(0, request.limit);
  const last = shown.at(-1);
  const more = records.length > request.limit && last !== undefined;
  return { items: shown, cursor: more ? encodeCursor(list.scope, list.positionOf(last)) : null };
}

/** A list whose order an index has: the index names the items, which are then read themselves, consistently. */
export type IndexedList<T> = {
  scope: CursorScope;
  /** Of the index. */
  partition: string;
  positionOf(record: T): string;
  /** The key of the item that the index has at this place. */
  keyOf(position: string): ItemKey;
  /** The key of the item to read, where it is not the one that the index names. */
  itemKeyOf?(position: string): ItemKey;
  parse(item: Item): T | Promise<T>;
};

/** One page of such a list, as `listPage`. */
export function listIndexed<T>(table: ItemTable, request: PageRequest, list: IndexedList<T>): Promise<Page<T>> {
  const { scope, partition, positionOf, keyOf, itemKeyOf, parse } = list;
  return listPage(table, request, {
    scope,
    query: { partition, index: 'gsi1' },
    positionOf,
    keyOf: (position) => ({ ...keyOf(position), gsi1pk: partition, gsi1sk: position }),
    read: async (named) => {
      const keys = named.map((item) => itemKeyOf?.(String(item['gsi1sk'])) ?? readTableKey(item));
      return Promise.all((await table.getMany(keys)).map(parse));
    },
  });
}

/** The table's key of an item that an index names. */
export const readTableKey = (item: Item): ItemKey => ({ pk: String(item['pk']), sk: String(item['sk']) });

/** The place of a record in a list that is in order of creation, for records whose ids do not sort by time. */
export const createPosition = (createdAtMs: number, id: string) =>
  `${String(Math.max(0, Math.floor(createdAtMs))).padStart(13, '0')}#${id}`;

/** The id within such a place. */
export const readPositionId = (position: string) => position.slice(position.indexOf('#') + 1);
