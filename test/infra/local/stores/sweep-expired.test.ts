import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { startEmbeddedDynamodb } from '../../../../infra/local/stores/embedded-dynamodb.ts';
import { sweepExpired } from '../../../../infra/local/stores/sweep-expired.ts';
import { createDynamodbClient } from '../../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../../shared/adapters/dynamodb/table.ts';

test('expired items are deleted, all others are kept', async () => {
  const dynamodb = await startEmbeddedDynamodb();
  const client = createDynamodbClient({ region: 'us-east-1', dynamodbEndpoint: dynamodb.endpoint });
  await ensureTable(client, 'table');
  const put = (sk: string, ttl?: number) =>
    client.send(
      new PutItemCommand({
        TableName: 'table',
        Item: { pk: { S: 'p' }, sk: { S: sk }, ...(ttl === undefined ? {} : { ttl: { N: String(ttl) } }) },
      }),
    );
  await Promise.all([put('past', 999), put('now', 1_000), put('future', 1_001), put('lasting')]);
  expect(await sweepExpired(client, 'table', 1_000_000)).toBe(1);
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'table' }));
  expect(Items.map(({ sk }) => sk?.S).sort()).toEqual(['future', 'lasting', 'now']);
  client.destroy();
  await dynamodb.close();
});
