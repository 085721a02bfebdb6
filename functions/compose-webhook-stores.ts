import type { ItemTable } from '../shared/adapters/dynamodb/item-table.ts';
import { createDeliveryStore, createWebhookEndpointStore } from '../shared/adapters/dynamodb/stores/webhook-stores.ts';

/** Composes the stores of webhooks separately from those of runs, which the notifier does not load. */
export function composeWebhookStores(table: ItemTable) {
  return { webhookEndpoints: createWebhookEndpointStore(table), deliveries: createDeliveryStore(table) };
}
