import type { ItemTable } from '../shared/adapters/dynamodb/item-table.ts';
import { createDeliveryStore } from '../shared/adapters/dynamodb/stores/delivery-store.ts';
import { createWebhookEndpointStore } from '../shared/adapters/dynamodb/stores/webhook-endpoint-store.ts';
import type { Stores } from '../shared/ports.ts';

export type WebhookStores = Pick<Stores, 'webhookEndpoints' | 'deliveries'>;

/** Composes the stores of webhooks, apart from those of runs: the notifier loads nothing of a run. */
export function composeWebhookStores(table: ItemTable): WebhookStores {
  return { webhookEndpoints: createWebhookEndpointStore(table), deliveries: createDeliveryStore(table) };
}
