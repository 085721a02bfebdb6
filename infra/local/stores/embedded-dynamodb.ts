import { mkdirSync } from 'node:fs';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import dynalite from 'dynalite';
import type { Callback, Store, StoredItem, StoredTable, WriteOperation } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';
import { containEntries, containLocks, handleContained } from './contain-errors.ts';
import { type OwnSocket, reserveSocket } from './own-socket.ts';
import { openSqliteEntries, returnSpace } from './sqlite-entries.ts';

export type EmbeddedServer = { endpoint: string; close(): Promise<void> };

/** Name of the file in the data directory that contains the table. */
export const tableFileName = 'table.sqlite';

/**
 * Starts dynalite, an implementation of the DynamoDB protocol, over an SQLite file, on a Unix socket that requires a
 * credential.
 * @param options.dataDir directory in which data survives restarts and kills; default: memory only
 * @returns the endpoint for `createDynamodbClient`, and `close`, which waits for pending writes
 */
export async function startEmbeddedDynamodb(options: { dataDir?: string } = {}): Promise<EmbeddedServer> {
  db.updateIndexes = updateIndexesAtomically;
  const { server, store, database } = createServer(options.dataDir);
  await finishInterruptedCreation(store);
  const cleaner = setInterval(() => returnSpaceQuietly(database), returnSpaceIntervalMs).unref();
  const socket = reserveSocket(options.dataDir);
  guard(server, socket);
  server.listen(socket.path);
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  return {
    endpoint: socket.endpoint,
    close: async () => {
      clearInterval(cleaner);
      const closed = promisify<void>((callback) => server.close(callback))();
      server.closeAllConnections();
      await closed;
      database.close();
      socket.remove();
    },
  };
}

/** Interval in ms at which the space of deleted items is returned to the file system. */
const returnSpaceIntervalMs = 1_000;

/** Returns space of the database file. If the disk is full, the next call tries again. */
function returnSpaceQuietly(database: DatabaseSync): void {
  try {
    returnSpace(database);
  } catch {
    // The next request of a client reports the error.
  }
}

function createServer(dataDir: string | undefined): { server: Server; store: Store; database: DatabaseSync } {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const { entries, database } = openSqliteEntries(dataDir === undefined ? ':memory:' : join(dataDir, tableFileName));
  // dynalite has no option for another store, so the operations of its memory store are replaced.
  const create = db.create;
  let store: Store | undefined;
  db.create = (storeOptions) => {
    store = create(storeOptions);
    Object.assign(store.db, containEntries(entries));
    containLocks(store);
    return store;
  };
  try {
    const server = dynalite({ createTableMs: 0 });
    if (store === undefined) throw new Error('Internal error: dynalite did not create a store.');
    return { server, store, database };
  } catch (error) {
    database.close();
    throw error;
  } finally {
    db.create = create;
  }
}

/** Activates tables that a kill left in the state `CREATING`. dynalite would never activate these tables. */
async function finishInterruptedCreation(store: Store): Promise<void> {
  for await (const table of store.tableDb.createValueStream()) {
    if (table.TableStatus !== 'CREATING') continue;
    table.TableStatus = 'ACTIVE';
    for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
    await promisify<void>((callback) => store.tableDb.put(table.TableName, table, callback))();
  }
}

function guard(server: Server, socket: OwnSocket): void {
  const handle = server.listeners('request')[0] as RequestListener; // the only listener, set by dynalite
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!socket.isAuthorized(request.headers)) {
      response.writeHead(403).end();
      return;
    }
    handleContained(handle, request, response);
    // dynalite rethrows request errors, so a client that disconnects while it sends would end this process.
    request.removeAllListeners('error');
    request.on('error', () => response.destroy());
  });
}

/**
 * Writes an item and its index entries in one transaction. Without this function, dynalite writes them one after
 * the other, so a kill could hide an item from queries. dynalite then writes the item again, without effect.
 */
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
