import { z } from 'zod';
import { countSchema } from '../../../number-schema.ts';
import { addUsage, type DayUsage, noUsage, runUsageSchema } from '../../../records/run-usage.ts';
import type { DailyUsageStore } from '../../../tenant-stores.ts';
import { isAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantPartition } from '../keys.ts';
import { buildTtl, parseRecord } from '../record.ts';

const windowMs = 600_000;
const retentionMs = 400 * 86_400_000;

const prefix = 'USED#';
const windowSchema = runUsageSchema.extend({ windowAt: z.string(), runs: countSchema });

/**
 * Creates the store of what tenants used. One item has the sums of the runs that ended in one window of ten minutes. It
 * also has an attribute for each of these runs, so a conditional write counts each run exactly once. Windows are short,
 * because an item may have at most 400 KB, which is the names of some 12,000 runs.
 */
export function createDailyUsageStore(table: ItemTable): DailyUsageStore {
  return {
    add: async (tenantId, runId, endedAtMs, usage) => {
      const startMs = Math.floor(endedAtMs / windowMs) * windowMs;
      const windowAt = new Date(startMs).toISOString();
      const key = { pk: tenantPartition(tenantId), sk: `${prefix}${windowAt}` };
      const set = { windowAt, [runId]: true, ...buildTtl(startMs + retentionMs) };
      await table.update(key, { add: { runs: 1, ...usage }, set, createItem: true }, [isAbsent(runId)]);
    },
    listDays: async (tenantId, fromDate, toDate) => {
      const days = new Map<string, DayUsage>();
      const range = { from: `${prefix}${fromDate}`, to: `${prefix}${toDate}~` };
      const attributes = ['pk', 'sk', ...Object.keys(windowSchema.shape)];
      const windows = table.query({ partition: tenantPartition(tenantId), index: null, range, attributes });
      for await (const item of windows) {
        const { windowAt, runs, ...usage } = parseRecord(windowSchema, item);
        const date = windowAt.slice(0, 10);
        const day = days.get(date) ?? { ...noUsage, runs: 0 };
        days.set(date, { date, runs: day.runs + runs, ...addUsage(day, usage) });
      }
      return [...days.values()];
    },
  };
}
