import type { z } from 'zod';
import type { Page, PageRequest } from '../../ports.ts';
import type { ItemTable } from './item-table.ts';
import { type TenantItemKind, tenantItemKey, tenantPartition } from './keys.ts';
import { listPage } from './list-page.ts';
import { parseFound, parseRecord } from './record.ts';

/** Describes one kind of tenant item that is identified by an id. */
export type TenantItems<S extends z.ZodRawShape> = {
  schema: z.ZodObject<S>;
  kind: TenantItemKind;
  readId(record: z.infer<z.ZodObject<S>>): string;
  /** Returns whether a record is live. Reads and lists omit expired records that DynamoDB has not deleted yet. */
  isLive?(record: z.infer<z.ZodObject<S>>): boolean;
  isListed?(record: z.infer<z.ZodObject<S>>): boolean;
};

/** Creates the operations on tenant items of one kind. Lists are ordered by id, newest first. */
export function openTenantItems<S extends z.ZodRawShape>(
  table: ItemTable,
  { schema, kind, readId, isLive = () => true, isListed = () => true }: TenantItems<S>,
) {
  type Row = z.infer<z.ZodObject<S>>;
  const buildKey = (tenantId: string, id: string) => tenantItemKey(tenantId, kind, id);
  return {
    buildKey,
    get: async (tenantId: string, id: string): Promise<Row | null> => {
      const record = parseFound(schema, await table.get(buildKey(tenantId, id)));
      return record !== null && isLive(record) ? record : null;
    },
    list: (tenantId: string, page: PageRequest): Promise<Page<Row>> =>
      listPage<Row>(table, page, {
        scope: { tenantId, list: kind },
        query: { partition: tenantPartition(tenantId), index: null, range: { prefix: `${kind}#` } },
        buildKey: (id) => buildKey(tenantId, id),
        readPosition: readId,
        read: async (found) =>
          found.map((item) => parseRecord(schema, item)).filter((record) => isLive(record) && isListed(record)),
      }),
    remove: (tenantId: string, id: string) => table.remove(buildKey(tenantId, id)),
  };
}
