import type { WebhookEndpointStore } from '../../../ports.ts';
import { type WebhookEndpointRecord, webhookEndpointRecordSchema } from '../../../records/webhooks.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantItemKey, tenantPartition } from '../keys.ts';
import { createPosition, listIndexed, readPositionId } from '../list-page.ts';
import { parseFound, parseRecord, toAttributes } from '../record.ts';

const endpointKey = (tenantId: string, id: string) => tenantItemKey(tenantId, 'WEBHOOK_ENDPOINT', id);
const listPartition = (tenantId: string) => `${tenantPartition(tenantId)}#WEBHOOK_ENDPOINTS`;
const endpointPosition = ({ createdAtMs, webhookEndpointId }: WebhookEndpointRecord) =>
  createPosition(createdAtMs, webhookEndpointId);

export function createWebhookEndpointStore(table: ItemTable): WebhookEndpointStore {
  return {
    create: async (endpoint) => {
      const item = {
        ...endpointKey(endpoint.tenantId, endpoint.webhookEndpointId),
        ...toAttributes(endpoint),
        gsi1pk: listPartition(endpoint.tenantId),
        gsi1sk: endpointPosition(endpoint),
      };
      await table.put(item, itemIsAbsent);
    },
    get: async (tenantId, webhookEndpointId) =>
      parseFound(webhookEndpointRecordSchema, await table.get(endpointKey(tenantId, webhookEndpointId))),
    list: (tenantId, page) =>
      listIndexed<WebhookEndpointRecord>(table, page, {
        scope: { tenantId, list: 'webhook-endpoints' },
        partition: listPartition(tenantId),
        positionOf: endpointPosition,
        keyOf: (place) => endpointKey(tenantId, readPositionId(place)),
        parse: (item) => parseRecord(webhookEndpointRecordSchema, item),
      }),
    update: async (tenantId, webhookEndpointId, set) =>
      parseFound(webhookEndpointRecordSchema, await table.update(endpointKey(tenantId, webhookEndpointId), { set })),
    remove: (tenantId, webhookEndpointId) => table.remove(endpointKey(tenantId, webhookEndpointId)),
  };
}
