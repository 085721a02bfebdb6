import type { WebhookEndpointStore } from '../../../ports.ts';
import { type WebhookEndpointRecord, webhookEndpointRecordSchema } from '../../../records/records.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantItemKey, tenantPartition } from '../keys.ts';
import { creationPosition, idOfPosition, listPage, tableKeyOf } from '../list-page.ts';
import { parseRecord, toAttributes } from '../record.ts';

const keyOf = (tenantId: string, id: string) => tenantItemKey(tenantId, 'WEBHOOK_ENDPOINT', id);
const listPartition = (tenantId: string) => `${tenantPartition(tenantId)}#WEBHOOK_ENDPOINTS`;
const positionOf = ({ createdAtMs, webhookEndpointId }: WebhookEndpointRecord) =>
  creationPosition(createdAtMs, webhookEndpointId);

export function createWebhookEndpointStore(table: ItemTable): WebhookEndpointStore {
  return {
    create: async (endpoint) => {
      const item = {
        ...keyOf(endpoint.tenantId, endpoint.webhookEndpointId),
        ...toAttributes(endpoint),
        gsi1pk: listPartition(endpoint.tenantId),
        gsi1sk: positionOf(endpoint),
      };
      await table.put(item, itemIsAbsent);
    },
    get: async (tenantId, webhookEndpointId) => {
      const item = await table.get(keyOf(tenantId, webhookEndpointId));
      return item === null ? null : parseRecord(webhookEndpointRecordSchema, item);
    },
    list: (tenantId, page) => {
      const partition = listPartition(tenantId);
      return listPage<WebhookEndpointRecord>(table, page, {
        scope: { tenantId, list: 'webhook-endpoints' },
        query: { partition, index: 'gsi1' },
        positionOf,
        keyOf: (place) => ({ ...keyOf(tenantId, idOfPosition(place)), gsi1pk: partition, gsi1sk: place }),
        read: async (keys) => {
          const items = await table.getMany(keys.map(tableKeyOf));
          return items.map((item) => parseRecord(webhookEndpointRecordSchema, item));
        },
      });
    },
    update: async (tenantId, webhookEndpointId, set) => {
      const item = await table.update(keyOf(tenantId, webhookEndpointId), { set });
      return item === null ? null : parseRecord(webhookEndpointRecordSchema, item);
    },
    remove: (tenantId, webhookEndpointId) => table.remove(keyOf(tenantId, webhookEndpointId)),
  };
}
