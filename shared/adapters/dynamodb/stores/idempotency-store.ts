import { createHash } from 'node:crypto';
import type { IdempotencyStore } from '../../../ports.ts';
import { type IdempotencyRecord, idempotencyRecordSchema } from '../../../records/records.ts';
import { anyOf, attributeIs, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { type ItemKey, tenantPartition } from '../keys.ts';
import { type Item, parseRecord, toAttributes, ttlOf } from '../record.ts';
import { packJson, unpackJson } from '../text-field.ts';

/** Keys are the client's words, of any length: they are stored under their digest. */
const prefixOf = (key: string) => `IDEMPOTENCY#${createHash('sha256').update(key).digest('hex')}`;
const keyOf = (tenantId: string, key: string): ItemKey => ({ pk: tenantPartition(tenantId), sk: prefixOf(key) });

export function createIdempotencyStore(table: ItemTable): IdempotencyStore {
  return {
    claim: async (record, nowMs) => {
      const key = keyOf(record.tenantId, record.key);
      const item = { ...key, ...toAttributes(record), ...ttlOf(record.expiresAtMs) };
      for (;;) {
        if (await table.put(item, anyOf(itemIsAbsent, attributeIs('expiresAtMs', '<=', nowMs)))) return record;
        const holder = await table.get(key);
        // Between the refused write and this read the holder may have given the key up.
        if (holder !== null) return parseClaim(table, holder);
      }
    },
    complete: async (tenantId, key, response) => {
      const itemKey = keyOf(tenantId, key);
      const held = await table.get(itemKey, ['pk', 'sk', 'ttl']);
      if (held === null) return;
      const ttl = { ttl: held['ttl'] };
      const packed = await packJson(table, itemKey.pk, `${itemKey.sk}#RESPONSE`, response, ttl);
      await table.update(itemKey, { set: { response: packed } });
    },
    release: async (tenantId, key) => {
      // A completed claim stays: its response is what a retry must get.
      await table.remove(keyOf(tenantId, key), ({ name }) => `attribute_not_exists(${name('response')})`);
    },
  };
}

async function parseClaim(table: ItemTable, item: Item): Promise<IdempotencyRecord> {
  const responsePrefix = `${String(item['sk'])}#RESPONSE`;
  const response = item['response'] === undefined ? null : await unpackJson(table, responsePrefix, item, 'response');
  return parseRecord(idempotencyRecordSchema, { ...item, response });
}
