import { z } from 'zod';
import { type QuotaName, type RunQuotaName, runQuotaNames } from '../../../quotas.ts';
import { addUsage, noUsage, type RunUsage } from '../../../records/run-usage.ts';
import type { ItemTable } from '../item-table.ts';
import { activePartition, activeSortKey, runKey } from '../keys.ts';
import { createDailyUsageStore } from './daily-usage-store.ts';

export function isRunQuota(name: QuotaName): name is RunQuotaName {
  return runQuotaNames.some((each) => each === name);
}

/** Counts what a tenant uses of a quota that each active run has an amount of. */
export async function measureRunQuota(
  table: ItemTable,
  tenantId: string,
  name: RunQuotaName,
  nowMs: number,
): Promise<number> {
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const read = { streams: async () => 0, requestsPerDay: sumRequests, centsPerMonth: sumCents }[name];
  return (await sumActive(table, tenantId, name)) + (await read(table, tenantId, today));
}

const amountsSchema = z.looseObject({ amounts: z.partialRecord(z.enum(runQuotaNames), z.number()).nullish() });

/** Sums the amounts of the tenant's active runs. Runs of earlier versions have none. */
async function sumActive(table: ItemTable, tenantId: string, name: RunQuotaName): Promise<number> {
  const keys = [];
  const range = { prefix: activeSortKey(tenantId, '') };
  for await (const item of table.query({ partition: activePartition, index: 'gsi2', range }))
    keys.push(runKey(String(item['gsi2sk']).slice(range.prefix.length)));
  const runs = await Promise.all(keys.map((key) => table.get(key, ['pk', 'sk', 'amounts'])));
  return runs.reduce((sum, run) => sum + (run === null ? 0 : (amountsSchema.parse(run).amounts?.[name] ?? 0)), 0);
}

async function sumUsage(table: ItemTable, tenantId: string, from: string, to: string): Promise<RunUsage> {
  const days = await createDailyUsageStore(table).listDays(tenantId, from, to);
  return days.reduce<RunUsage>((sum, day) => addUsage(sum, day), noUsage);
}

async function sumRequests(table: ItemTable, tenantId: string, today: string): Promise<number> {
  return (await sumUsage(table, tenantId, today, today)).requests;
}

async function sumCents(table: ItemTable, tenantId: string, today: string): Promise<number> {
  const { nanoUsd } = await sumUsage(table, tenantId, `${today.slice(0, 7)}-01`, today);
  return Math.ceil(nanoUsd / 1e7);
}
