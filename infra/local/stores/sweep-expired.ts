import { DeleteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { tableDefinition } from '../../../shared/adapters/dynamodb/table.ts';

/** Deletes expired items, because the embedded DynamoDB keeps them. Returns the number of deleted items. */
export async function sweepExpired(client: DynamoDBClient, tableName: string, nowMs: number): Promise<number> {
  const pages = paginateScan(
    { client },
    {
      TableName: tableName,
      FilterExpression: '#ttl < :now',
      ProjectionExpression: 'pk, sk',
      ExpressionAttributeNames: { '#ttl': tableDefinition.ttlAttribute },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(nowMs / 1_000)) } },
    },
  );
  let swept = 0;
  for await (const { Items = [] } of pages)
    for (const { pk, sk } of Items) {
      if (pk === undefined || sk === undefined) continue;
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: { pk, sk } }));
      swept += 1;
    }
  return swept;
}
