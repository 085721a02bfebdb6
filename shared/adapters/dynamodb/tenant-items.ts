import type { z } from 'zod';
import type { Expect, Page, PageRequest } from '../../tenant-stores.ts';
import { buildExpectations } from './expression.ts';
import type { ItemTable } from './item-table.ts';
import { type TenantItemKind, tenantItemKey, tenantPartition } from './keys.ts';
import { createPosition, listIndexed, listPage, parseEach, readPositionId } from './list-page.ts';
import { type Item, parseFound, parseRecord, toAttributes } from './record.ts';

/** Describes one kind of tenant item that is identified by an id. */
export type TenantItems<S extends z.ZodRawShape> = {
  schema: z.ZodObject<S>;
  kind: TenantItemKind;
  identify(record: z.infer<z.ZodObject<S>>): { tenantId: string; id: string; createdAtMs: number };
  /** Returns whether a record is live. Reads and lists omit expired records that DynamoDB has not deleted yet. */
  isLive?(record: z.infer<z.ZodObject<S>>): boolean;
  isListed?(record: z.infer<z.ZodObject<S>>): boolean;
};

/** Creates the operations on tenant items of one kind. */
export function openTenantItems<S extends z.ZodRawShape>(
  table: ItemTable,
  { schema, kind, identify, isLive = () => true, isListed = () => true }: TenantItems<S>,
) {
  type Row = z.infer<z.ZodObject<S>>;
  const buildKey = (tenantId: string, id: string) => tenantItemKey(tenantId, kind, id);
  const parse = (item: Item) => parseRecord(schema, item);
  const readPosition = (record: Row) => {
    const { createdAtMs, id } = identify(record);
    return createPosition(createdAtMs, id);
  };
  return {
    buildKey,
    /** Converts a record to an item. @param changes attributes whose form differs from the record's */
    toItem: (record: Row, changes: Item = {}) => {
      const { tenantId, id } = identify(record);
      return { ...buildKey(tenantId, id), ...toAttributes({ ...record, ...changes }) };
    },
    /** Builds the index keys that put an item in a list ordered by creation time. */
    buildPlace: (partition: string, record: Row) => ({ gsi1pk: partition, gsi1sk: readPosition(record) }),
    get: async (tenantId: string, id: string): Promise<Row | null> => {
      const record = parseFound(schema, await table.get(buildKey(tenantId, id)));
      return record !== null && isLive(record) ? record : null;
    },
    /** Lists the records by id, newest first. */
    list: (tenantId: string, page: PageRequest): Promise<Page<Row>> =>
      listPage<Row>(table, page, {
        scope: { tenantId, list: kind },
        query: { partition: tenantPartition(tenantId), index: null, range: { prefix: `${kind}#` } },
        buildKey: (id) => buildKey(tenantId, id),
        readPosition: (record) => identify(record).id,
        read: async (found) =>
          (await parseEach(table, found, parse)).filter((record) => isLive(record) && isListed(record)),
      }),
    /** Lists the records of a partition by creation time, newest first, for ids that do not sort by time. */
    listByCreation: (tenantId: string, page: PageRequest, partition: string, list = partition): Promise<Page<Row>> =>
      listIndexed<Row>(table, page, {
        scope: { tenantId, list },
        partition,
        readPosition,
        buildKey: (position) => buildKey(tenantId, readPositionId(position)),
        parse,
      }),
    update: async (tenantId: string, id: string, expect: Expect<Row>, set: Item): Promise<Row | null> =>
      parseFound(schema, await table.update(buildKey(tenantId, id), { set }, buildExpectations(expect))),
    remove: (tenantId: string, id: string) => table.remove(buildKey(tenantId, id)),
  };
}
