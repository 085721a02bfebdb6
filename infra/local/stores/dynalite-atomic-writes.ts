import type { Callback, Store, StoredItem, StoredTable, WriteOperation } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';

/**
 * Makes dynalite write an item and its index entries in one LevelDB batch.
 *
 * By itself it deletes old index entries, writes new ones and then writes the item, each on its own: a kill in between
 * leaves a pending delivery that no query of due deliveries will ever find. With this, the batch holds all of them, and
 * the write of the item that dynalite adds afterwards only repeats it. Items without index entries are left alone.
 */
export function useAtomicWrites(): void {
  db.updateIndexes = updateIndexesAtomically;
}

function updateIndexesAtomically(
  store: Store,
  table: StoredTable,
  existing: StoredItem | undefined,
  item: StoredItem | null,
  callback: Callback,
): void {
  const operations: WriteOperation[] = [];
  for (const [kind, indexes] of [
    ['local', table.LocalSecondaryIndexes ?? []],
    ['global', table.GlobalSecondaryIndexes ?? []],
  ] as const) {
    const prefix = (index: string) => `index-${kind}~${table.TableName}~${index}~`;
    const actions = db.getIndexActions(indexes, existing, item, table);
    for (const { index, key } of actions.deletes) operations.push({ type: 'del', key: prefix(index) + key });
    for (const { index, key, item: value } of actions.puts)
      operations.push({ type: 'put', key: prefix(index) + key, value });
  }
  const subject = item ?? existing;
  if (operations.length === 0 || subject === undefined) {
    callback();
    return;
  }
  const key = `item-${table.TableName}~${db.createKey(subject, table)}`;
  operations.push(item === null ? { type: 'del', key } : { type: 'put', key, value: item });
  store.db.batch(operations, callback);
}
