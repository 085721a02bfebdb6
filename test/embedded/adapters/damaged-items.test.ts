import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, test } from 'vitest';
import { composeStores } from '../../../functions/api/compose-stores.ts';
import { openItemTable } from '../../../shared/adapters/dynamodb/item-table.ts';
import { makeRun } from '../../contract/make-record.ts';
import { openEmbeddedTable } from '../../support/service/embedded-table.ts';

test('a list skips and reports an item that cannot be read, and has all other items', async () => {
  const { client, tableName, close, clock } = await openEmbeddedTable();
  const skipped: unknown[] = [];
  const table = openItemTable(client, tableName, (error) => skipped.push(error));
  const { runs } = composeStores(table, { nowMs: () => clock.atMs });
  const [kept, damaged] = [makeRun(), makeRun()];
  await runs.create(kept);
  await runs.create({ ...damaged, tenantId: kept.tenantId });
  await client.send(
    new UpdateItemCommand({
      TableName: tableName,
      Key: { pk: { S: `RUN#${damaged.runId}` }, sk: { S: 'RUN' } },
      UpdateExpression: 'SET spec = :x',
      ExpressionAttributeValues: { ':x': { N: '1' } },
    }),
  );
  const page = await runs.list(kept.tenantId, { limit: 10, cursor: null });
  expect(page.items.map(({ runId }) => runId)).toEqual([kept.runId]);
  expect(String(skipped[0])).toContain(`pk=RUN#${damaged.runId}`);
  await expect(runs.get(damaged.runId)).rejects.toThrow('is not valid');
  await close();
});
