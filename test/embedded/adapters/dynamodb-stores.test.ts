import { afterAll, beforeAll, describe } from 'vitest';
import { describeStores } from '../../contract/stores.contract.ts';
import { type OpenTable, openEmbeddedTable } from '../../support/service/embedded-table.ts';

describe('stores over the embedded DynamoDB', () => {
  let table: OpenTable;
  beforeAll(async () => {
    table = await openEmbeddedTable();
  });
  afterAll(() => table.close());

  describeStores(
    () => table.stores,
    () => table.clock,
  );
});
