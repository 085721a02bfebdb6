import type { z } from 'zod';
import type { Page, PageRequest } from '../../ports.ts';
import type { ItemTable } from './item-table.ts';
import { type TenantItemKind, tenantItemKey, tenantPartition } from './keys.ts';
import { listPage } from './list-page.ts';
import { parseRecord } from './record.ts';

/** One kind of item that a tenant has, each with an id of its own. */
export type TenantItems<S extends z.ZodRawShape> = {
  schema: z.ZodObject<S>;
  kind: TenantItemKind;
  idOf(record: z.infer<z.ZodObject<S>>): string;
  /** Whether a reader may see it at all: an expired item may still lie in the store. */
  isLive(record: z.infer<z.ZodObject<S>>): boolean;
  /** Whether a list shows it. */
  isListed?(record: z.infer<z.ZodObject<S>>): boolean;
};

export async function getTenantItem<S extends z.ZodRawShape>(
  table: ItemTable,
  items: TenantItems<S>,
  tenantId: string,
  id: string,
): Promise<z.infer<z.ZodObject<S>> | null> {
  const item = await table.get(tenantItemKey(tenantId, items.kind, id));
  if (item === null) return null;
  const record = parseRecord(items.schema, item);
  return items.isLive(record) ? record : null;
}

export function listTenantItems<S extends z.ZodRawShape>(
  table: ItemTable,
  items: TenantItems<S>,
  tenantId: string,
  page: PageRequest,
): Promise<Page<z.infer<z.ZodObject<S>>>> {
  return listPage<z.infer<z.ZodObject<S>>>(table, page, {
    scope: { tenantId, list: items.kind },
    query: { partition: tenantPartition(tenantId), index: null, range: { prefix: `${items.kind}#` } },
    keyOf: (id) => tenantItemKey(tenantId, items.kind, id),
    positionOf: items.idOf,
    read: async (found) =>
      found
        .map((item) => parseRecord(items.schema, item))
        .filter((record) => items.isLive(record) && (items.isListed?.(record) ?? true)),
  });
}
