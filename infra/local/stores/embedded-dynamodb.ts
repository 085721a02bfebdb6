import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import dynalite from 'dynalite';
import type { Store } from 'dynalite/db/index.js';
import db from 'dynalite/db/index.js';
import { useAtomicWrites } from './dynalite-atomic-writes.ts';
import { isLocalRequest } from './is-local-request.ts';

export type EmbeddedServer = { endpoint: string; close(): Promise<void> };

/**
 * Starts dynalite, an implementation of DynamoDB's protocol on LevelDB, on 127.0.0.1.
 *
 * @param options.dataDir kept there across restarts and kills; in memory if left out
 * @param options.port a free one if left out
 * @returns the endpoint for `DynamoDBClient` (any credentials will do) and `close`, which waits for writes under way
 */
export async function startEmbeddedDynamodb(
  options: { dataDir?: string; port?: number } = {},
): Promise<EmbeddedServer> {
  useAtomicWrites();
  if (options.dataDir !== undefined) await mkdir(options.dataDir, { recursive: true });
  const { server, store } = createServer(options.dataDir);
  await finishInterruptedCreation(store);
  guard(server);
  server.listen(options.port ?? 0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));
  const { port } = server.address() as AddressInfo; // an object, as it listens on an address and not on a pipe
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => {
      const closed = promisify<void>((callback) => server.close(callback))();
      server.closeAllConnections();
      return closed;
    },
  };
}

function createServer(dataDir: string | undefined): { server: Server; store: Store } {
  // dynalite keeps its store to itself; it is caught on its way out of the function that makes it.
  const create = db.create;
  let store: Store | undefined;
  db.create = (storeOptions) => {
    store = create(storeOptions);
    return store;
  };
  try {
    const server = dynalite({ ...(dataDir === undefined ? {} : { path: dataDir }), createTableMs: 0 });
    if (store === undefined) throw new Error('dynalite made no store');
    return { server, store };
  } finally {
    db.create = create;
  }
}

/** A table is `CREATING` until a timer fires; a kill before that would leave it so, and unusable, for good. */
async function finishInterruptedCreation(store: Store): Promise<void> {
  for await (const table of store.tableDb.createValueStream()) {
    if (table.TableStatus !== 'CREATING') continue;
    table.TableStatus = 'ACTIVE';
    for (const index of table.GlobalSecondaryIndexes ?? []) index.IndexStatus = 'ACTIVE';
    await promisify<void>((callback) => store.tableDb.put(table.TableName, table, callback))();
  }
}

function guard(server: Server): void {
  const handle = server.listeners('request')[0] as RequestListener; // the only one, set by dynalite
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!isLocalRequest(request.headers)) {
      response.writeHead(403).end();
      return;
    }
    handle(request, response);
    // dynalite rethrows a request's error, so that a client killed while it sends would take the whole process along.
    request.removeAllListeners('error');
    request.on('error', () => response.destroy());
  });
}
