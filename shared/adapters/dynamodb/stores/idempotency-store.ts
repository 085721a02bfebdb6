import { createHash } from 'node:crypto';
import type { IdempotencyStore } from '../../../ports.ts';
import { type IdempotencyRecord, idempotencyRecordSchema } from '../../../records/records.ts';
import { anyOf, attributeIs, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { type ItemKey, tenantPartition } from '../keys.ts';
import { buildTtl, type Item, parseRecord, toAttributes } from '../record.ts';
import { packJson, unpackJson } from '../text-field.ts';

/** Keys are the client's words, of any length: they are stored under their digest. */
const claimPrefix = (key: string) => `IDEMPOTENCY#${createHash('sha256').update(key).digest('hex')}`;
const claimKey = (tenantId: string, key: string): ItemKey => ({ pk: tenantPartition(tenantId), sk: claimPrefix(key) });

export function createIdempotencyStore(table: ItemTable): IdempotencyStore {
  return {
    claim: async (record, nowMs) => {
      const key = claimKey(record.tenantId, record.key);
      const item = { ...key, ...toAttributes(record), ...buildTtl(record.expiresAtMs) };
      for (;;) {
        if (await table.put(item, anyOf(itemIsAbsent, attributeIs('expiresAtMs', '<=', nowMs)))) return record;
        const holder = await table.get(key);
        // Between the refused write and this read the holder may have given the key up.
        if (holder !== null) return parseClaim(table, holder);
      }
    },
    complete: async (tenantId, key, response) => {
      const itemKey = claimKey(tenantId, key);
      const held = await table.get(itemKey, ['pk', 'sk', 'ttl']);
      if (held === null) return;
      const ttl = { ttl: held['ttl'] };
      const packed = await packJson(table, itemKey.pk, `${itemKey.sk}#RESPONSE`, response, ttl);
      await table.update(itemKey, { set: { response: packed } });
    },
    release: async (tenantId, key) => {
      // A completed claim stays: its response is what a retry must get.
      await table.remove(claimKey(tenantId, key), ({ name }) => `attribute_not_exists(${name('response')})`);
    },
  };
}

async function parseClaim(table: ItemTable, item: Item): Promise<IdempotencyRecord> {
  const responsePrefix = `${String(item['sk'])}#RESPONSE`;
  const response = item['response'] === undefined ? null : await unpackJson(table, responsePrefix, item, 'response');
  return parseRecord(idempotencyRecordSchema, { ...item, response });
}
