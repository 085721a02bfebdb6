import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { openItemTable } from '../../../shared/adapters/dynamodb/item-table.ts';
import {
  guardTableFormat,
  readTableFormat,
  upgradeTableFormat,
} from '../../../shared/adapters/dynamodb/table-format.ts';
import { openEmbeddedTable } from '../../support/service/embedded-table.ts';

test('a table without a format gets the present one, and a table of a later format is refused and unchanged', async () => {
  const { client, tableName, close } = await openEmbeddedTable();
  expect(await readTableFormat(client, tableName)).toBe(1);
  await upgradeTableFormat(client, tableName);
  expect(await readTableFormat(client, tableName)).toBe(2);
  const Item = { pk: { S: 'TABLE' }, sk: { S: 'FORMAT' }, format: { N: '3' } };
  await client.send(new PutItemCommand({ TableName: tableName, Item }));
  await expect(upgradeTableFormat(client, tableName)).rejects.toThrow(
    `The table ${tableName} has format 3, which a later version of Tokenmeter wrote. This version reads formats 1 to 2. Install the later version, or use another table.`,
  );
  expect(await readTableFormat(client, tableName)).toBe(3);
  await close();
});

test('a function refuses a table of a later format at its first call, and gives a new table its format', async () => {
  const { client, tableName, close } = await openEmbeddedTable();
  const table = openItemTable(guardTableFormat(client, tableName), tableName);
  const key = { pk: 'A', sk: 'B' };
  await Promise.all([table.put(key), table.get(key)]);
  expect(await readTableFormat(client, tableName)).toBe(2);
  expect(await table.get(key)).toEqual(key);
  await close();

  const later = await openEmbeddedTable();
  const Item = { pk: { S: 'TABLE' }, sk: { S: 'FORMAT' }, format: { N: '3' } };
  await later.client.send(new PutItemCommand({ TableName: later.tableName, Item }));
  const refused = openItemTable(guardTableFormat(later.client, later.tableName), later.tableName);
  for (const call of [refused.get(key), refused.put(key), refused.get(key)])
    await expect(call).rejects.toThrow('has format 3, which a later version of Tokenmeter wrote');
  await later.close();
});
