import { exchangeSummarySchema } from '../../../records/recorded-exchange.ts';
import type { ExchangeStore } from '../../../tenant-stores.ts';
import { allOf, anyOf, attributeIs, isAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { countersKey, exchangeKey, exchangePrefix, targetCheckPartition } from '../keys.ts';
import { listRecords } from '../list-page.ts';
import { buildTtl, parseRecord, toAttributes } from '../record.ts';
import { getTextParts, putTextParts, textPartsSchema } from '../text-parts.ts';

/** Creates the store of recorded exchanges. They are in the partition of their owner, with which they are deleted. */
export function createExchangeStore(table: ItemTable): ExchangeStore {
  const getPrefix = (exchangeId: string) => `EXCHANGE_TEXT#${exchangeId}`;
  return {
    reserve: async (runId, group, { bytes, maxCount, maxBytes }) => {
      const names = { count: `exchanges${group}Count`, bytes: `exchanges${group}Bytes` };
      const isBelow = (name: string, limit: number) => anyOf(isAbsent(name), attributeIs(name, '<=', limit));
      const room = allOf(isBelow(names.count, maxCount - 1), isBelow(names.bytes, maxBytes - bytes));
      const add = { [names.count]: 1, [names.bytes]: bytes };
      return (await table.update(countersKey(runId), { add }, [room])) !== null;
    },
    put: async (ownerId, summary, json, expiresAtMs) => {
      const key = exchangeKey(ownerId, summary.exchangeId);
      const ttl = buildTtl(expiresAtMs);
      // Readers find an exchange by its summary, so the summary is written last.
      const where = await putTextParts(table, key.pk, getPrefix(summary.exchangeId), json, ttl);
      await table.put({ ...key, ...toAttributes(summary), ...where, ...ttl });
    },
    list: (ownerId) => listRecords(table, exchangeSummarySchema, targetCheckPartition(ownerId), exchangePrefix),
    get: async (ownerId, exchangeId) => {
      const key = exchangeKey(ownerId, exchangeId);
      const item = await table.get(key);
      if (item === null) return null;
      return getTextParts(table, key.pk, getPrefix(exchangeId), parseRecord(textPartsSchema, item));
    },
  };
}
