import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';

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

/**
 * Makes the first call of a client check the table's format, so that no function reads or changes items of a later
 * version. If the check fails, every call fails with its error.
 */
export function guardTableFormat(client: DynamoDBClient, tableName: string): DynamoDBClient {
  let checked: Promise<void> | null = null;
  const check = () => {
    checked ??= upgradeTableFormat(client, tableName).catch((error: unknown) => {
      checked = null;
      throw error;
    });
    return checked;
  };
  client.middlewareStack.add(
    (next) => async (args) => {
      if (!isFormatInput(args.input)) await check();
      return next(args);
    },
    { step: 'initialize', name: 'guardTableFormat' },
  );
  return client;
}

/** Returns whether a call reads or writes the format itself. */
function isFormatInput(input: object): boolean {
  const item = 'Key' in input ? input.Key : 'Item' in input ? input.Item : null;
  return isDeepStrictEqual(pickKey(item), key);
}

function pickKey(item: unknown): unknown {
  const { pk, sk } = z.object({ pk: z.unknown(), sk: z.unknown() }).safeParse(item).data ?? {};
  return { pk, sk };
}

export async function readTableFormat(client: DynamoDBClient, tableName: string): Promise<number> {
  const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
  return Number(Item?.['format']?.N ?? 1);
}
