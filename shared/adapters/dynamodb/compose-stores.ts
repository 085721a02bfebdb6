import type { Clock, Stores } from '../../ports.ts';
import type { ItemTable } from './item-table.ts';
import { createBlockStore } from './stores/block-store.ts';
import { createApiKeyStore, createCredentialStore } from './stores/credential-stores.ts';
import { createDatasetStore } from './stores/dataset-store.ts';
import { createPriceBookStore } from './stores/price-book-store.ts';
import { createIdempotencyStore, createRateLimitStore } from './stores/request-stores.ts';
import { createBatchStore, createReportStore, createStageStore } from './stores/run-part-stores.ts';
import { createRunStore } from './stores/run-store.ts';
import { createScheduleStore } from './stores/schedule-store.ts';
import { createDeliveryStore, createWebhookEndpointStore } from './stores/webhook-stores.ts';

/** Creates all stores on one table. Their methods throw AppError UNAVAILABLE if DynamoDB is overloaded or down. */
export function composeStores(table: ItemTable, clock: Pick<Clock, 'nowMs'>): Stores {
  return {
    runs: createRunStore(table),
    stages: createStageStore(table),
    batches: createBatchStore(table),
    blocks: createBlockStore(table),
    reports: createReportStore(table),
    credentials: createCredentialStore(table, clock),
    apiKeys: createApiKeyStore(table, clock),
    webhookEndpoints: createWebhookEndpointStore(table),
    deliveries: createDeliveryStore(table),
    idempotency: createIdempotencyStore(table),
    rateLimits: createRateLimitStore(table),
    datasets: createDatasetStore(table),
    priceBook: createPriceBookStore(table),
    schedules: createScheduleStore(table),
  };
}
