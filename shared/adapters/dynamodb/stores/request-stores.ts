import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type IdempotencyRecord, idempotencyRecordSchema } from '../../../records/records.ts';
import type { IdempotencyStore, RateLimitStore } from '../../../tenant-stores.ts';
import { anyOf, attributeIs, isAbsent, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { type ItemKey, tenantPartition } from '../keys.ts';
import { buildTtl, type Item, parseRecord, toAttributes } from '../record.ts';
import { packJson, unpackJson } from '../text-parts.ts';

/** Builds the item key for an idempotency key from its SHA-256 digest, because clients may choose long keys. */
const claimKey = (tenantId: string, key: string): ItemKey => ({
  pk: tenantPartition(tenantId),
  sk: `IDEMPOTENCY#${createHash('sha256').update(key).digest('hex')}`,
});
const buildResponsePrefix = (sk: string) => `${sk}#RESPONSE`;

export function createIdempotencyStore(table: ItemTable): IdempotencyStore {
  return {
    claim: async (record, nowMs) => {
      const key = claimKey(record.tenantId, record.key);
      const item = { ...key, ...toAttributes(record), ...buildTtl(record.expiresAtMs) };
      for (;;) {
        if (await table.put(item, anyOf(itemIsAbsent, attributeIs('expiresAtMs', '<=', nowMs)))) return record;
        const holder = await table.get(key);
        // If the item no longer exists, another request released the key after the failed write. The loop tries again.
        if (holder !== null) return parseClaim(table, holder);
      }
    },
    complete: async (tenantId, key, response) => {
      const itemKey = claimKey(tenantId, key);
      const held = await table.get(itemKey, ['pk', 'sk', 'ttl']);
      if (held === null) return;
      const prefix = buildResponsePrefix(itemKey.sk);
      const packed = await packJson(table, itemKey.pk, prefix, response, { ttl: held['ttl'] });
      await table.update(itemKey, { set: { response: packed } });
    },
    release: async (tenantId, key) => {
      // An idempotency key with a stored response is kept, because a retry must receive this response.
      await table.remove(claimKey(tenantId, key), isAbsent('response'));
    },
  };
}

async function parseClaim(table: ItemTable, item: Item): Promise<IdempotencyRecord> {
  const prefix = buildResponsePrefix(String(item['sk']));
  const response = item['response'] === undefined ? null : await unpackJson(table, prefix, item, 'response');
  return parseRecord(idempotencyRecordSchema, { ...item, response });
}

const counterSchema = z.object({ uses: z.number().int().min(1) });

export function createRateLimitStore(table: ItemTable): RateLimitStore {
  return {
    hit: async (tenantId, name, windowStartMs, windowMs) => {
      const key = { pk: tenantPartition(tenantId), sk: `RATE#${name}#${windowStartMs}` };
      const change = { add: { uses: 1 }, set: buildTtl(windowStartMs + windowMs), createItem: true };
      return parseRecord(counterSchema, (await table.update(key, change)) ?? key).uses;
    },
  };
}
