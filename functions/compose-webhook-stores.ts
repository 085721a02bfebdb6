import type { ItemTable } from '../shared/adapters/dynamodb/item-table.ts';
import { createDeliveryStore } from '../shared/adapters/dynamodb/stores/delivery-store.ts';
import { createWebhookEndpointStore } from '../shared/adapters/dynamodb/stores/webhook-endpoint-store.ts';

/** Composes the stores of webhooks, apart from those of runs: the notifier loads nothing of a run. */
export function composeWebhookStores(table: ItemTable) {
  return { webhookEndpoints: createWebhookEndpointStore(table), deliveries: createDeliveryStore(table) };
}
