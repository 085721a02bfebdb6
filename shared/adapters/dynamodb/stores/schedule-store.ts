import { z } from 'zod';
import type { ScheduleStore } from '../../../ports.ts';
import { scheduleRecordSchema } from '../../../records/schedule.ts';
import { runSpecInputSchema } from '../../../spec/run-spec.ts';
import { upgradeRunSpec } from '../../../spec/upgrade-run-spec.ts';
import { buildExpectations, isImpossible, itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { buildDuePlace, dueSortKey } from '../keys.ts';
import { parseFound, toAttributes } from '../record.ts';
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
  const { buildKey, ...items } = openTenantItems(table, {
    schema: storedSchema,
    kind: 'SCHEDULE',
    readId: ({ scheduleId }) => scheduleId,
  });
  return {
    ...items,
    create: (schedule) => {
      const item = {
        ...buildKey(schedule.tenantId, schedule.scheduleId),
        ...toAttributes({ ...schedule, spec: JSON.stringify(schedule.spec) }),
        ...toAttributes(placeSchedule(schedule.tenantId, schedule.scheduleId, schedule.nextAtMs)),
      };
      return table.put(item, itemIsAbsent);
    },
    update: async (tenantId, scheduleId, expect, set) => {
      if (isImpossible(expect)) return null;
      const place = set.nextAtMs === undefined ? {} : placeSchedule(tenantId, scheduleId, set.nextAtMs);
      const change = { set: { ...set, ...place } };
      const item = await table.update(buildKey(tenantId, scheduleId), change, buildExpectations(expect));
      return parseFound(storedSchema, item);
    },
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
