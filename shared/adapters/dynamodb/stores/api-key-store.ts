import type { ApiKeyStore, Clock } from '../../../ports.ts';
import { apiKeyRecordSchema } from '../../../records/records.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantItemKey } from '../keys.ts';
import { buildTtl, toAttributes } from '../record.ts';
import { getTenantItem, listTenantItems, type TenantItems } from '../tenant-items.ts';

export function createApiKeyStore(table: ItemTable, clock: Pick<Clock, 'nowMs'>): ApiKeyStore {
  const apiKeys: TenantItems<typeof apiKeyRecordSchema.shape> = {
    schema: apiKeyRecordSchema,
    kind: 'API_KEY',
    idOf: ({ apiKeyId }) => apiKeyId,
    isLive: ({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > clock.nowMs(),
  };
  return {
    create: async (key) => {
      const item = {
        ...tenantItemKey(key.tenantId, apiKeys.kind, key.apiKeyId),
        ...toAttributes(key),
        ...buildTtl(key.expiresAtMs),
      };
      // A key that is there stays: whoever holds its secret would be locked out by another hash.
      await table.put(item, itemIsAbsent);
    },
    get: (tenantId, apiKeyId) => getTenantItem(table, apiKeys, tenantId, apiKeyId),
    list: (tenantId, page) => listTenantItems(table, apiKeys, tenantId, page),
    remove: (tenantId, apiKeyId) => table.remove(tenantItemKey(tenantId, apiKeys.kind, apiKeyId)),
  };
}
