import { z } from 'zod';
import type { RateLimitStore } from '../../../ports.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantPartition } from '../keys.ts';
import { buildTtl, parseRecord } from '../record.ts';

const counterSchema = z.object({ uses: z.number().int().min(1) });

export function createRateLimitStore(table: ItemTable): RateLimitStore {
  return {
    hit: async (tenantId, name, windowStartMs, windowMs) => {
      const key = { pk: tenantPartition(tenantId), sk: `RATE#${name}#${windowStartMs}` };
      const change = { add: { uses: 1 }, set: buildTtl(windowStartMs + windowMs), createItem: true };
      const item = await table.update(key, change);
      return parseRecord(counterSchema, item ?? { ...key }).uses;
    },
  };
}
