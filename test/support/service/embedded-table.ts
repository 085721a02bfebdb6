import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEmbeddedDynamodb } from '../../../infra/local/stores/embedded-dynamodb.ts';
import { createDynamodbClient } from '../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../shared/adapters/dynamodb/table.ts';
import type { Stores } from '../../../shared/ports.ts';
import { createStores } from './create-stores.ts';

/** Wall time of the stores until a test sets it. */
export const initialMs = Date.UTC(2026, 0, 31);

export type OpenTable = {
  endpoint: string;
  client: DynamoDBClient;
  tableName: string;
  stores: Stores;
  /** Current time of the stores, which a test may set. */
  clock: { atMs: number };
  close(): Promise<void>;
};

/** Opens all stores over a new embedded table, in memory unless a directory is given. */
export async function openEmbeddedTable(options: { dataDir?: string } = {}): Promise<OpenTable> {
  const server = await startEmbeddedDynamodb(options);
  const table = await openTable(server.endpoint, 'tokenmeter-test');
  return {
    ...table,
    close: async () => {
      await table.close();
      await server.close();
    },
  };
}

/** Opens all stores over a table of any server with the DynamoDB protocol, and creates the table if it does not exist. */
export async function openTable(endpoint: string, tableName: string): Promise<OpenTable> {
  const client = createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: endpoint });
  await ensureTable(client, tableName);
  const clock = { atMs: initialMs };
  return {
    endpoint,
    client,
    tableName,
    stores: createStores(client, tableName, { nowMs: () => clock.atMs }),
    clock,
    close: async () => client.destroy(),
  };
}
