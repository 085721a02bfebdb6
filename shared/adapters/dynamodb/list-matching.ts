import type { Page, PageRequest } from '../../tenant-stores.ts';
import type { ItemTable } from './item-table.ts';
import { decodeCursor, encodeCursor, type ListQuery } from './list-page.ts';
import type { Item } from './record.ts';

/** Maximum number of items that one page examines, so that a rare match does not hold up the service. */
const maxExamined = 1_000;
const itemsAtOnce = 100;

/**
 * Reads one page of the records that match, newest first. The page ends when it is full, or when the maximum number of
 * items was examined. So a page can have few items, or none, although its cursor is not null.
 * @throws AppError INVALID_REQUEST if the cursor belongs to another list
 */
export async function listMatching<T>(
  table: ItemTable,
  request: PageRequest,
  matches: (record: T) => boolean,
  { scope, query, buildKey, readPosition, read }: ListQuery<T>,
): Promise<Page<T>> {
  const startAfter = request.cursor === null ? undefined : buildKey(decodeCursor(scope, request.cursor));
  const found = table.query({ ...query, newestFirst: true, pageSize: itemsAtOnce, startAfter });
  const items: T[] = [];
  let latest: T | null = null;
  let examined = 0;
  for await (const batch of splitItems(found)) {
    for (const record of await read(batch)) {
      if (latest !== null && (items.length === request.limit || examined >= maxExamined))
        return { items, cursor: encodeCursor(scope, readPosition(latest)) };
      if (matches(record)) items.push(record);
      latest = record;
    }
    examined += batch.length;
  }
  return { items, cursor: null };
}

async function* splitItems(found: AsyncIterable<Item>): AsyncGenerator<Item[]> {
  let batch: Item[] = [];
  for await (const item of found) {
    batch.push(item);
    if (batch.length < itemsAtOnce) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
