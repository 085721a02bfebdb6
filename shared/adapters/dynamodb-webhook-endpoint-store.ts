import { webhookEndpointRecordSchema } from '../domain/records.ts';
import type { WebhookEndpointStore } from '../ports.ts';
import { itemIsAbsent } from './dynamodb-expression.ts';
import type { ItemTable } from './dynamodb-items.ts';
import { tenantItemKey } from './dynamodb-keys.ts';
import { parseRecord, toAttributes } from './dynamodb-record.ts';
import { getTenantItem, listTenantItems, type TenantItems } from './dynamodb-tenant-items.ts';

const endpoints: TenantItems<typeof webhookEndpointRecordSchema.shape> = {
  schema: webhookEndpointRecordSchema,
  kind: 'WEBHOOK_ENDPOINT',
  idKind: 'webhookEndpoint',
  idOf: ({ webhookEndpointId }) => webhookEndpointId,
  isLive: () => true,
};
const keyOf = (tenantId: string, id: string) => tenantItemKey(tenantId, endpoints.kind, id);

export function createWebhookEndpointStore(table: ItemTable): WebhookEndpointStore {
  return {
    create: async (endpoint) => {
      const key = keyOf(endpoint.tenantId, endpoint.webhookEndpointId);
      await table.put({ ...key, ...toAttributes(endpoint) }, itemIsAbsent);
    },
    get: (tenantId, webhookEndpointId) => getTenantItem(table, endpoints, tenantId, webhookEndpointId),
    list: (tenantId, page) => listTenantItems(table, endpoints, tenantId, page),
    update: async (tenantId, webhookEndpointId, set) => {
      const item = await table.update(keyOf(tenantId, webhookEndpointId), { set });
      return item === null ? null : parseRecord(webhookEndpointRecordSchema, item);
    },
    remove: (tenantId, webhookEndpointId) => table.remove(keyOf(tenantId, webhookEndpointId)),
  };
}
