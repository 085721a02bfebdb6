declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}

/** Declares the parts of dynalite's storage layer that `embedded-dynamodb.ts` uses. */
declare module 'dynalite/db/index.js' {
  type StoredItem = Record<string, unknown>;
  type Callback = (error?: Error | null) => void;
  type StoredTable = {
    TableName: string;
    TableStatus: string;
    LocalSecondaryIndexes?: unknown[];
    GlobalSecondaryIndexes?: { IndexStatus?: string }[];
  };
  type WriteOperation = { type: 'put'; key: string; value: StoredItem } | { type: 'del'; key: string };
  type Store = {
    db: { batch(operations: WriteOperation[], callback: Callback): void };
    tableDb: {
      put(key: string, table: StoredTable, callback: Callback): void;
      createValueStream(options?: object): AsyncIterable<StoredTable>;
    };
  };
  const db: {
    create(options: object): Store;
    createKey(item: StoredItem, table: StoredTable): string;
    getIndexActions(
      indexes: unknown[],
      existing: StoredItem | undefined,
      item: StoredItem | null,
      table: StoredTable,
    ): { puts: { index: string; key: string; item: StoredItem }[]; deletes: { index: string; key: string }[] };
    updateIndexes(
      store: Store,
      table: StoredTable,
      existing: StoredItem | undefined,
      item: StoredItem | null,
      callback: Callback,
    ): void;
  };

  export type { Callback, Store, StoredItem, StoredTable, WriteOperation };
  export default db;
}
