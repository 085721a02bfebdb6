import { type PriceBookRecord, priceBookRecordSchema } from '../../../records/price-book.ts';
import type { PriceBookStore } from '../../../tenant-stores.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantItemKey, tenantPartition } from '../keys.ts';
import { parseEach } from '../list-page.ts';
import { type Item, parseRecord, toAttributes } from '../record.ts';

const priceKey = ({ tenantId, name, asOf }: Pick<PriceBookRecord, 'tenantId' | 'name' | 'asOf'>) =>
  tenantItemKey(tenantId, 'PRICE', `${name}#${asOf}`);

export function createPriceBookStore(table: ItemTable): PriceBookStore {
  return {
    put: async (record) => {
      const item = { ...priceKey(record), ...toAttributes(record) };
      if (await table.put(item, itemIsAbsent)) return { created: true };
      await table.put(item);
      return { created: false };
    },
    listAll: async (tenantId) => {
      const items: Item[] = [];
      const range = { prefix: 'PRICE#' };
      for await (const item of table.query({ partition: tenantPartition(tenantId), index: null, range }))
        items.push(item);
      return parseEach(table, items, (item) => parseRecord(priceBookRecordSchema, item));
    },
    remove: (tenantId, name, asOf) => table.remove(priceKey({ tenantId, name, asOf })),
  };
}
