import { z } from 'zod';
import { scheduleRecordSchema } from '../../../records/schedule.ts';
import { runSpecInputSchema } from '../../../spec/run-spec.ts';
import { upgradeRunSpec } from '../../../spec/upgrade-run-spec.ts';
import type { ScheduleStore } from '../../../tenant-stores.ts';
import { attributeIs, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { buildDuePlace } from '../keys.ts';
import { listDueKeys } from '../list-page.ts';
import { toAttributes } from '../record.ts';
import { openTenantItems } from '../tenant-items.ts';

const duePartition = 'SCHEDULE_DUE';
/** Schema of a stored schedule. The spec is stored as JSON text, because attributes do not preserve all JSON values. */
const storedSchema = scheduleRecordSchema.extend({
  spec: z
    .string()
    .transform((text): unknown => upgradeRunSpec(JSON.parse(text)))
    .pipe(runSpecInputSchema),
});

const placeSchedule = (tenantId: string, scheduleId: string, atMs: number | null) =>
  buildDuePlace(duePartition, atMs, `${tenantId}#${scheduleId}`);

export function createScheduleStore(table: ItemTable): ScheduleStore {
  const items = openTenantItems(table, {
    schema: storedSchema,
    kind: 'SCHEDULE',
    identify: ({ tenantId, scheduleId: id, createdAtMs }) => ({ tenantId, id, createdAtMs }),
  });
  return {
    ...items,
    create: (schedule) => {
      const place = placeSchedule(schedule.tenantId, schedule.scheduleId, schedule.nextAtMs);
      const spec = JSON.stringify(schedule.spec);
      return table.put({ ...items.toItem(schedule, { spec }), ...toAttributes(place) }, itemIsAbsent);
    },
    update: (tenantId, scheduleId, expect, set) => {
      const place = set.nextAtMs === undefined ? {} : placeSchedule(tenantId, scheduleId, set.nextAtMs);
      return items.update(tenantId, scheduleId, expect, { ...set, ...place });
    },
    postpone: async (tenantId, scheduleId, untilMs) => {
      const change = { set: placeSchedule(tenantId, scheduleId, untilMs) };
      await table.update(items.buildKey(tenantId, scheduleId), change, [attributeIs('gsi2pk', '=', duePartition)]);
    },
    listDue: async (atMs, limit) => {
      const due = await listDueKeys(table, duePartition, atMs);
      return due.slice(0, limit).map((key) => {
        const [, tenantId = '', scheduleId = ''] = String(key['gsi2sk']).split('#');
        return { tenantId, scheduleId };
      });
    },
  };
}
