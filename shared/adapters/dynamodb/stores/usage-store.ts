import { z } from 'zod';
import type { QuotaName, UsageStore } from '../../../quotas.ts';
import { attributeIs, itemIsAbsent } from '../expression.ts';
import type { ItemQuery, ItemTable } from '../item-table.ts';
import { activePartition, activeSortKey, runListPartition, type TenantItemKind, tenantPartition } from '../keys.ts';
import { parseFound } from '../record.ts';

const usageSchema = z.object({ used: z.number(), claimedAtMs: z.number(), countedAtMs: z.number() });

/** Creates the store of the counters that quotas need. Each counter has an item, for conditional writes. */
export function createUsageStore(table: ItemTable): UsageStore {
  const buildKey = (tenantId: string, name: QuotaName) => ({ pk: tenantPartition(tenantId), sk: `USAGE#${name}` });
  return {
    get: async (tenantId, name) => parseFound(usageSchema, await table.get(buildKey(tenantId, name))),
    claim: async (tenantId, name, amount, { limit, nowMs }) => {
      if (amount > limit) return false;
      const change = { add: { used: amount }, set: { claimedAtMs: nowMs } };
      return (
        (await table.update(buildKey(tenantId, name), change, [attributeIs('used', '<=', limit - amount)])) !== null
      );
    },
    release: async (tenantId, name, amount) => {
      await table.update(buildKey(tenantId, name), { add: { used: -amount } }, [attributeIs('used', '>=', amount)]);
    },
    replace: async (tenantId, name, stored, { used, nowMs }) => {
      const key = buildKey(tenantId, name);
      if (stored === null) return table.put({ ...key, used, claimedAtMs: 0, countedAtMs: nowMs }, itemIsAbsent);
      const isUnchanged = [attributeIs('used', '=', stored.used), attributeIs('claimedAtMs', '=', stored.claimedAtMs)];
      return (await table.update(key, { set: { used, countedAtMs: nowMs } }, isUnchanged)) !== null;
    },
    measure: async (tenantId, name) => {
      const { query, weigh = () => 1 } = measures[name](tenantId);
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
const measures: Record<QuotaName, (tenantId: string) => Measure> = {
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
  apiKeys: (tenantId) => ({ query: listItems(tenantId, 'API_KEY', 'sk') }),
};
