import { z } from 'zod';
import type { ScheduleStore } from '../../../ports.ts';
import { type ScheduleRecord, scheduleRecordSchema } from '../../../records/schedule.ts';
import { runSpecInputSchema } from '../../../spec/run-spec.ts';
import { upgradeRunSpec } from '../../../spec/upgrade-run-spec.ts';
import { buildExpectations, isImpossible, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { dueSortKey, tenantItemKey } from '../keys.ts';
import { parseFound, toAttributes } from '../record.ts';
import { getTenantItem, listTenantItems, type TenantItems } from '../tenant-items.ts';

const duePartition = 'SCHEDULE_DUE';
/** The spec is one text: it has numbers and empty objects that attributes would not give back as they were. */
const storedSchema = scheduleRecordSchema.extend({
  spec: z
    .string()
    .transform((text): unknown => upgradeRunSpec(JSON.parse(text)))
    .pipe(runSpecInputSchema),
});
const schedules: TenantItems<typeof storedSchema.shape> = {
  schema: storedSchema,
  kind: 'SCHEDULE',
  idOf: ({ scheduleId }) => scheduleId,
  isLive: () => true,
};
const scheduleKey = (tenantId: string, scheduleId: string) => tenantItemKey(tenantId, schedules.kind, scheduleId);

/** Where a schedule stands in the work index: nowhere while nothing is due. */
function duePlace({ tenantId, scheduleId }: Pick<ScheduleRecord, 'tenantId' | 'scheduleId'>, nextAtMs: number | null) {
  return nextAtMs === null
    ? { gsi2pk: null, gsi2sk: null }
    : { gsi2pk: duePartition, gsi2sk: dueSortKey(nextAtMs, `${tenantId}#${scheduleId}`) };
}

export function createScheduleStore(table: ItemTable): ScheduleStore {
  return {
    create: (schedule) =>
      table.put(
        {
          ...scheduleKey(schedule.tenantId, schedule.scheduleId),
          ...toAttributes({ ...schedule, spec: JSON.stringify(schedule.spec) }),
          ...toAttributes(duePlace(schedule, schedule.nextAtMs)),
        },
        itemIsAbsent,
      ),
    get: (tenantId, scheduleId) => getTenantItem(table, schedules, tenantId, scheduleId),
    list: (tenantId, page) => listTenantItems(table, schedules, tenantId, page),
    update: async (tenantId, scheduleId, expect, set) => {
      if (isImpossible(expect)) return null;
      const place = set.nextAtMs === undefined ? {} : duePlace({ tenantId, scheduleId }, set.nextAtMs);
      const change = { set: { ...set, ...place } };
      return parseFound(
        storedSchema,
        await table.update(scheduleKey(tenantId, scheduleId), change, buildExpectations(expect)),
      );
    },
    remove: (tenantId, scheduleId) => table.remove(scheduleKey(tenantId, scheduleId)),
    listDue: async (atMs, limit) => {
      const range = { from: dueSortKey(0, ''), to: dueSortKey(Math.floor(atMs), '~') };
      const due: { tenantId: string; scheduleId: string }[] = [];
      for await (const key of table.query({ partition: duePartition, index: 'gsi2', range, pageSize: limit })) {
        const [, tenantId = '', scheduleId = ''] = String(key['gsi2sk']).split('#');
        due.push({ tenantId, scheduleId });
        if (due.length >= limit) break;
      }
      return due;
    },
  };
}
