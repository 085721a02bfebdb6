import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';

/**
 * Format of the items that this version writes. Increase it when earlier versions could not read them. Format 1 is that
 * of version 0.1.0, which stored no format; this version reads its items under their earlier names.
 */
export const tableFormat = 2;

const key = { pk: { S: 'TABLE' }, sk: { S: 'FORMAT' } };

/**
 * Stores the present format in the table if the table has an earlier one.
 * @throws Error with both formats and a remedy if a later version wrote the table
 */
export async function upgradeTableFormat(client: DynamoDBClient, tableName: string): Promise<void> {
  const found = await readTableFormat(client, tableName);
  if (found > tableFormat)
    throw new Error(
      `The table ${tableName} has format ${found}, which a later version of Tokenmeter wrote. This version reads formats 1 to ${tableFormat}. Install the later version, or use another table.`,
    );
  if (found === tableFormat) return;
  await client.send(new PutItemCommand({ TableName: tableName, Item: { ...key, format: { N: String(tableFormat) } } }));
}

export async function readTableFormat(client: DynamoDBClient, tableName: string): Promise<number> {
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
  return Number(Item?.['format']?.N ?? 1);
}
