import type { PriceBookStore } from '../../../ports.ts';
import { type PriceBookRecord, priceBookRecordSchema } from '../../../records/price-book.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantItemKey, tenantPartition } from '../keys.ts';
import { parseRecord, toAttributes } from '../record.ts';

const kind = 'PRICE';
const priceKey = ({ tenantId, name, asOf }: Pick<PriceBookRecord, 'tenantId' | 'name' | 'asOf'>) =>
  tenantItemKey(tenantId, kind, `${name}#${asOf}`);

export function createPriceBookStore(table: ItemTable): PriceBookStore {
  return {
    put: async (record) => {
      const item = { ...priceKey(record), ...toAttributes(record) };
      if (await table.put(item, itemIsAbsent)) return { created: true };
      await table.put(item);
      return { created: false };
    },
    listAll: async (tenantId) => {
      const records: PriceBookRecord[] = [];
      const range = { prefix: `${kind}#` };
      for await (const item of table.query({ partition: tenantPartition(tenantId), index: null, range }))
        records.push(parseRecord(priceBookRecordSchema, item));
      return records;
    },
    remove: (tenantId, name, asOf) => table.remove(priceKey({ tenantId, name, asOf })),
  };
}
