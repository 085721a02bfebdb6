import db from 'dynalite/db/index.js';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type ItemTable, openItemTable } from '../../../../shared/adapters/dynamodb/item-table.ts';
import { type OpenTable, openEmbeddedTable } from '../../../support/service/embedded-table.ts';

/* Functions of dynalite throw an error once, as a programming error in dynalite would. Vitest reports what escapes. */

let opened: OpenTable;
let table: ItemTable;
beforeAll(async () => {
  opened = await openEmbeddedTable();
  table = openItemTable(opened.client, opened.tableName);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => opened.close());

const key = { pk: 'A', sk: '1' };
const item = { ...key, gsi1pk: 'B', gsi1sk: '1' };
const internal = { message: expect.stringContaining('internal error: Error: a bug') };

function breakOnce(name: 'createKey' | 'getIndexActions' | 'validateKeyPaths') {
  // The type declaration lists only the functions that the service uses.
  vi.spyOn(db, name as 'createKey').mockImplementationOnce(() => {
    throw new Error('a bug');
  });
}

describe('a programming error in dynalite', () => {
  test('before the first read of a write fails only this write', async () => {
    breakOnce('createKey');
    await expect(table.put(item)).rejects.toMatchObject(internal);
    expect(await table.put(item)).toBe(true);
  });

  test('while an item is locked fails only this write, and other writes of the item do not wait', async () => {
    breakOnce('getIndexActions');
    const results = await Promise.allSettled([1, 2, 3, 4].map((value) => table.put({ ...item, value })));
    expect(results.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: internal }]);
    expect(await table.put(item)).toBe(true);
    expect(await table.get(key)).toMatchObject({ pk: 'A' });
  });

  test('during a query fails only this query', async () => {
    await table.put(item);
    const read = async () => {
      const found = [];
      for await (const each of table.query({ partition: 'A', index: null })) found.push(each);
      return found.length;
    };
    breakOnce('validateKeyPaths');
    await expect(read()).rejects.toMatchObject(internal);
    expect(await read()).toBe(1);
  });
});
