import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startEmbeddedDynamodb } from '../../infra/local/embedded-dynamodb.ts';
import { createDynamodbClient } from '../../shared/adapters/aws-clients.ts';
import { createStores } from '../../shared/adapters/dynamodb-stores.ts';
import { ensureTable } from '../../shared/adapters/dynamodb-table.ts';
import type { Stores } from '../../shared/ports.ts';

export type EmbeddedTable = {
  client: DynamoDBClient;
  tableName: string;
  stores: Stores;
  /** What the stores take for the present; a test may set it. */
  clock: { atMs: number };
  close(): Promise<void>;
};

/** All stores over an embedded table of their own, in memory unless a directory is given. */
export async function openEmbeddedTable(options: { dataDir?: string } = {}): Promise<EmbeddedTable> {
  const server = await startEmbeddedDynamodb(options);
  const client = createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: server.endpoint });
  const tableName = 'tokenmeter-test';
  await ensureTable(client, tableName);
  const clock = { atMs: Date.UTC(2026, 0, 31) };
  return {
    client,
    tableName,
    stores: createStores(client, tableName, { nowMs: () => clock.atMs }),
    clock,
    close: async () => {
      client.destroy();
      await server.close();
    },
  };
}
