import type { Clock, Stores } from '../../ports.ts';
import type { ItemTable } from './item-table.ts';
import { createApiKeyStore } from './stores/api-key-store.ts';
import { createBatchStore } from './stores/batch-store.ts';
import { createBlockStore } from './stores/block-store.ts';
import { createCredentialStore } from './stores/credential-store.ts';
import { createDatasetStore } from './stores/dataset-store.ts';
import { createDeliveryStore } from './stores/delivery-store.ts';
import { createIdempotencyStore } from './stores/idempotency-store.ts';
import { createPriceBookStore } from './stores/price-book-store.ts';
import { createRateLimitStore } from './stores/rate-limit-store.ts';
import { createReportStore } from './stores/report-store.ts';
import { createRunStore } from './stores/run-store.ts';
import { createScheduleStore } from './stores/schedule-store.ts';
import { createStageStore } from './stores/stage-store.ts';
import { createWebhookEndpointStore } from './stores/webhook-endpoint-store.ts';

/**
 * Every store, over one table of items.
 * All of them throw AppError UNAVAILABLE where DynamoDB is throttling or unreachable beyond the client's own retries.
 * @param clock decides what has expired
 */
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
