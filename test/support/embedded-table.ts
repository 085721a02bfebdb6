import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEmbeddedDynamodb } from '../../infra/local/stores/embedded-dynamodb.ts';
import { createDynamodbClient } from '../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../shared/adapters/dynamodb/table.ts';
import type { Stores } from '../../shared/ports.ts';
import { createStores } from './create-stores.ts';

export type OpenTable = {
  client: DynamoDBClient;
  tableName: string;
  stores: Stores;
  /** What the stores take for the present; a test may set it. */
  clock: { atMs: number };
  close(): Promise<void>;
};

/** All stores over an embedded table of their own, in memory unless a directory is given. */
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

/** All stores over a table of any server of DynamoDB's protocol; it is made where it is not there. */
export async function openTable(endpoint: string, tableName: string): Promise<OpenTable> {
  const client = createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: endpoint });
  await ensureTable(client, tableName);
  const clock = { atMs: Date.UTC(2026, 0, 31) };
  return {
    client,
    tableName,
    stores: createStores(client, tableName, { nowMs: () => clock.atMs }),
    clock,
    close: async () => client.destroy(),
  };
}
