import { afterAll, beforeAll, describe, inject } from 'vitest';
import { describeStores } from '../contract/stores.contract.ts';
import { type OpenTable, openTable } from '../support/service/embedded-table.ts';

describe('stores', () => {
  let table: OpenTable;
  beforeAll(async () => {
    const { dynamodb, name } = inject('place');
    table = await openTable(dynamodb, name);
  });
  afterAll(() => table.close());

  describeStores(
    () => table.stores,
    () => table.clock,
  );
});
