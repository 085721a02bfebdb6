import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { readTableFormat, upgradeTableFormat } from '../../../shared/adapters/dynamodb/table-format.ts';
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
