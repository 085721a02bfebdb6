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
  import type { Readable } from 'node:stream';

  type StoredItem = Record<string, unknown>;
  type Callback<T = void> = (error?: Error | null, value?: T) => void;
  type StoredTable = {
    TableName: string;
    TableStatus: string;
    LocalSecondaryIndexes?: unknown[];
    GlobalSecondaryIndexes?: { IndexStatus?: string }[];
  };
  type WriteOperation = { type: 'put'; key: string; value: unknown } | { type: 'del'; key: string };
  type RangeOptions = { gt?: string; gte?: string; lt?: string; lte?: string; reverse?: boolean; limit?: number };
  /** Ordered key-value store. A missing key gives the value undefined. */
  type Entries = {
    get(key: string, callback: Callback<unknown>): void;
    put(key: string, value: unknown, callback: Callback): void;
    del(key: string, callback: Callback): void;
    batch(operations: readonly WriteOperation[], callback: Callback): void;
    createKeyStream(range?: RangeOptions): Readable;
    createValueStream(range?: RangeOptions): Readable;
  };
  type Release = (done: (...values: unknown[]) => void) => (...values: unknown[]) => void;
  type ItemDb = { lock(key: string | string[], execute: (release: Release) => void): void };
  type Store = {
    getItemDb(tableName: string): ItemDb;
    db: Entries & { iterator(): AsyncIterable<[key: string, value: unknown]>; close(callback: Callback): void };
    tableDb: {
      put(key: string, table: StoredTable, callback: Callback): void;
      createValueStream(options?: object): AsyncIterable<StoredTable>;
    };
  };
  const db: {
    create(options: { path?: string }): Store;
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

  export type { Callback, Entries, ItemDb, RangeOptions, Store, StoredItem, StoredTable, WriteOperation };
  export default db;
}
