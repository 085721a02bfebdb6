import { z } from 'zod';
import { countSchema } from '../../../number-schema.ts';
import { type QuotaName, quotaNames, type RunQuotaName, type UsageChange, type UsageStore } from '../../../quotas.ts';
import { anyOf, attributeIs, type Change, type Condition, isAbsent, itemIsAbsent } from '../expression.ts';
import type { ItemQuery, ItemTable } from '../item-table.ts';
import { activePartition, activeSortKey, runListPartition, type TenantItemKind, tenantPartition } from '../keys.ts';
import { parseFound } from '../record.ts';
import { isRunQuota, measureRunQuota } from './measure-run-quota.ts';

const usageSchema = z.object({
  used: z.number(),
  open: z.number().default(0),
  changedAtMs: z.number().default(0),
  countedAtMs: z.number(),
});

const limitsSchema = z.object({ limits: z.partialRecord(z.enum(quotaNames), countSchema) });

/** Creates the store of the counters that quotas need. Each counter has an item, for conditional writes. */
export function createUsageStore(table: ItemTable): UsageStore {
  const buildKey = (tenantId: string, name: QuotaName) => ({ pk: tenantPartition(tenantId), sk: `USAGE#${name}` });
  const buildLimitsKey = (tenantId: string) => ({ pk: tenantPartition(tenantId), sk: 'QUOTAS' });
  const update = async (tenantId: string, name: QuotaName, change: Change, ...conditions: Condition[]) =>
    (await table.update(buildKey(tenantId, name), change, conditions)) !== null;
  /** Adds to the use and to the open operations, and returns which count they follow. */
  const begin = async (
    tenantId: string,
    name: QuotaName,
    amount: number,
    { used, nowMs }: { used: number; nowMs: number },
    ...conditions: Condition[]
  ): Promise<UsageChange | null> => {
    const add = { open: amount, ...(used === 0 ? {} : { used }) };
    const change = { add, set: { changedAtMs: nowMs }, lostResponse: 'recognize' } as const;
    const usage = parseFound(usageSchema, await table.update(buildKey(tenantId, name), change, conditions));
    return usage === null ? null : { tenantId, name, amount, countedAtMs: usage.countedAtMs };
  };
  return {
    getLimits: async (tenantId) => parseFound(limitsSchema, await table.get(buildLimitsKey(tenantId)))?.limits ?? {},
    putLimits: async (tenantId, limits) => void (await table.put({ ...buildLimitsKey(tenantId), limits })),
    get: async (tenantId, name) => parseFound(usageSchema, await table.get(buildKey(tenantId, name))),
    claim: async (tenantId, name, amount, { limit, nowMs }) => {
      if (amount > limit) return null;
      return begin(tenantId, name, amount, { used: amount, nowMs }, attributeIs('used', '<=', limit - amount));
    },
    announce: (tenantId, name, amount, nowMs) => begin(tenantId, name, amount, { used: 0, nowMs }),
    end: async ({ tenantId, name, amount, countedAtMs }, nowMs) => {
      const change = { add: { open: -amount }, set: { changedAtMs: nowMs }, lostResponse: 'fail' } as const;
      await update(tenantId, name, change, attributeIs('countedAtMs', '=', countedAtMs));
    },
    release: async ({ tenantId, name, amount, countedAtMs }) => {
      const isEnough = attributeIs('used', '>=', amount);
      const both = { add: { used: -amount, open: -amount }, lostResponse: 'fail' } as const;
      if (await update(tenantId, name, both, isEnough, attributeIs('countedAtMs', '=', countedAtMs))) return;
      // A count has already removed this operation from the open ones.
      const less = { add: { used: -amount }, lostResponse: 'fail' } as const;
      if (await update(tenantId, name, less, isEnough)) return;
      await update(tenantId, name, { set: { used: 0 } }, attributeIs('used', '<', amount));
    },
    replace: async (tenantId, name, stored, { used, nowMs }) => {
      const key = buildKey(tenantId, name);
      const counted = { used, open: 0, countedAtMs: nowMs };
      if (stored === null) return table.put({ ...key, ...counted, changedAtMs: 0 }, itemIsAbsent);
      // Earlier versions stored only two of these attributes.
      const isStored = (attribute: 'open' | 'changedAtMs') => {
        const isEqual = attributeIs(attribute, '=', stored[attribute]);
        return stored[attribute] === 0 ? anyOf(isEqual, isAbsent(attribute)) : isEqual;
      };
      const isSame = (attribute: 'used' | 'countedAtMs') => attributeIs(attribute, '=', stored[attribute]);
      const isUnchanged = [isSame('used'), isSame('countedAtMs'), isStored('open'), isStored('changedAtMs')];
      return update(tenantId, name, { set: counted }, ...isUnchanged);
    },
    measure: async (tenantId, name, nowMs) => {
      if (isRunQuota(name)) return measureRunQuota(table, tenantId, name, nowMs);
      const { query, weigh = () => 1 } = measures[name](tenantId, nowMs);
      let used = 0;
      for await (const item of table.query(query)) used += weigh(item);
      return used;
    },
  };
}

type Measure = { query: ItemQuery; weigh?: (item: Record<string, unknown>) => number };

const listItems = (tenantId: string, kind: TenantItemKind, attribute: string): ItemQuery => ({
  partition: tenantPartition(tenantId),
  index: null,
  range: { prefix: `${kind}#` },
  attributes: ['pk', attribute],
});

/** Queries that find the resources of a tenant, and the weight of each found item. */
const measures: Record<Exclude<QuotaName, RunQuotaName>, (tenantId: string, nowMs: number) => Measure> = {
  activeRuns: (tenantId) => ({
    query: { partition: activePartition, index: 'gsi2', range: { prefix: activeSortKey(tenantId, '') } },
  }),
  storedRuns: (tenantId) => ({ query: { partition: runListPartition(tenantId), index: 'gsi1' } }),
  datasets: (tenantId) => ({ query: listItems(tenantId, 'DATASET', 'sk') }),
  datasetBytes: (tenantId) => ({
    query: listItems(tenantId, 'DATASET', 'bytes'),
    weigh: ({ bytes }) => Number(bytes),
  }),
  schedules: (tenantId) => ({ query: listItems(tenantId, 'SCHEDULE', 'sk') }),
  webhookEndpoints: (tenantId) => ({
    query: listItems(tenantId, 'WEBHOOK_ENDPOINT', 'runId'),
    weigh: ({ runId }) => (runId === undefined ? 1 : 0),
  }),
  credentials: (tenantId) => ({
    query: listItems(tenantId, 'CREDENTIAL', 'ephemeral'),
    weigh: ({ ephemeral }) => (ephemeral === true ? 0 : 1),
  }),
  apiKeys: (tenantId, nowMs) => ({
    query: listItems(tenantId, 'API_KEY', 'expiresAtMs'),
    weigh: ({ expiresAtMs }) => (typeof expiresAtMs === 'number' && expiresAtMs <= nowMs ? 0 : 1),
  }),
};
