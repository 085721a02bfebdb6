import { targetCheckRecordSchema } from '../../../records/target-check.ts';
import type { TargetCheckStore } from '../../../tenant-stores.ts';
import { buildExpectations, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { targetCheckKey, targetCheckPartition, targetCheckPrefix } from '../keys.ts';
import { listRecords } from '../list-page.ts';
import { buildTtl, parseFound, toAttributes } from '../record.ts';

export function createTargetCheckStore(table: ItemTable): TargetCheckStore {
  return {
    create: (check) => {
      const key = targetCheckKey(check.ownerId, check.targetIndex);
      return table.put({ ...key, ...toAttributes(check), ...buildTtl(check.expiresAtMs) }, itemIsAbsent);
    },
    get: async ({ ownerId, targetIndex }) =>
      parseFound(targetCheckRecordSchema, await table.get(targetCheckKey(ownerId, targetIndex))),
    list: (ownerId) => listRecords(table, targetCheckRecordSchema, targetCheckPartition(ownerId), targetCheckPrefix),
    update: async ({ ownerId, targetIndex }, expect, set) => {
      const key = targetCheckKey(ownerId, targetIndex);
      return parseFound(targetCheckRecordSchema, await table.update(key, { set }, buildExpectations(expect)));
    },
  };
}
