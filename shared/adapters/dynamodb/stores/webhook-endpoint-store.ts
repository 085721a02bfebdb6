import type { WebhookEndpointStore } from '../../../ports.ts';
import { type WebhookEndpointRecord, webhookEndpointRecordSchema } from '../../../records/webhooks.ts';
import { itemIsAbsent } from '../expression.ts';
import type { ItemTable } from '../item-table.ts';
import { tenantItemKey, tenantPartition } from '../keys.ts';
import { creationPosition, idOfPosition, listIndexed } from '../list-page.ts';
import { parseFound, parseRecord, toAttributes } from '../record.ts';

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
    get: async (tenantId, webhookEndpointId) =>
      parseFound(webhookEndpointRecordSchema, await table.get(keyOf(tenantId, webhookEndpointId))),
    list: (tenantId, page) =>
      listIndexed<WebhookEndpointRecord>(table, page, {
        scope: { tenantId, list: 'webhook-endpoints' },
        partition: listPartition(tenantId),
        positionOf,
        keyOf: (place) => keyOf(tenantId, idOfPosition(place)),
        parse: (item) => parseRecord(webhookEndpointRecordSchema, item),
      }),
    update: async (tenantId, webhookEndpointId, set) =>
      parseFound(webhookEndpointRecordSchema, await table.update(keyOf(tenantId, webhookEndpointId), { set })),
    remove: (tenantId, webhookEndpointId) => table.remove(keyOf(tenantId, webhookEndpointId)),
  };
}
