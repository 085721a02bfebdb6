import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Clock, Stores } from '../ports.ts';
import { createApiKeyStore } from './dynamodb-api-key-store.ts';
import { createBatchStore } from './dynamodb-batch-store.ts';
import { createBlockStore } from './dynamodb-block-store.ts';
import { createCredentialStore } from './dynamodb-credential-store.ts';
import { createDatasetStore } from './dynamodb-dataset-store.ts';
import { createDeliveryStore } from './dynamodb-delivery-store.ts';
import { createIdempotencyStore } from './dynamodb-idempotency-store.ts';
import { type ItemTable, openItemTable } from './dynamodb-items.ts';
import { createPriceBookStore } from './dynamodb-price-book-store.ts';
import { createRateLimitStore } from './dynamodb-rate-limit-store.ts';
import { createReportStore } from './dynamodb-report-store.ts';
import { createRunStore } from './dynamodb-run-store.ts';
import { createScheduleStore } from './dynamodb-schedule-store.ts';
import { createStageStore } from './dynamodb-stage-store.ts';
import { createWebhookEndpointStore } from './dynamodb-webhook-endpoint-store.ts';
import { createClock } from './system-clock.ts';

/**
 * Every store, over one table that `ensureTable` (or the cloud stack) has made.
 * All of them throw AppError UNAVAILABLE where DynamoDB is throttling or unreachable beyond the client's own retries.
 * @param clock decides what has expired
 */
export function createStores(
  client: DynamoDBClient,
  tableName: string,
  clock: Pick<Clock, 'nowMs'> = createClock(),
): Stores {
  return composeStores(openItemTable(client, tableName), clock);
}

/** Every store, over any table of items. */
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
