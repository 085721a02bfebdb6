import type { ItemTable } from '../../shared/adapters/dynamodb/item-table.ts';
import { createAuditStore } from '../../shared/adapters/dynamodb/stores/audit-store.ts';
import { createApiKeyStore } from '../../shared/adapters/dynamodb/stores/credential-stores.ts';
import { createDailyUsageStore } from '../../shared/adapters/dynamodb/stores/daily-usage-store.ts';
import { createDatasetStore } from '../../shared/adapters/dynamodb/stores/dataset-store.ts';
import { createOidcRuleStore } from '../../shared/adapters/dynamodb/stores/oidc-rule-store.ts';
import { createPriceBookStore } from '../../shared/adapters/dynamodb/stores/price-book-store.ts';
import { createIdempotencyStore, createRateLimitStore } from '../../shared/adapters/dynamodb/stores/request-stores.ts';
import { createRenderingStore, createReportStore } from '../../shared/adapters/dynamodb/stores/run-part-stores.ts';
import { createScheduleStore } from '../../shared/adapters/dynamodb/stores/schedule-store.ts';
import { createUsageStore } from '../../shared/adapters/dynamodb/stores/usage-store.ts';
import { createWorkerClaimStore } from '../../shared/adapters/dynamodb/stores/worker-claim-store.ts';
import type { Clock, Stores } from '../../shared/ports.ts';
import { composeWebhookStores } from '../compose-base.ts';
import { composeRunStores } from '../compose-run-stores.ts';

/** Creates all stores on one table. Their methods throw AppError UNAVAILABLE if DynamoDB is overloaded or down. */
export function composeStores(table: ItemTable, clock: Pick<Clock, 'nowMs'>): Stores {
  return {
    ...composeRunStores(table, clock),
    ...composeWebhookStores(table),
    reports: createReportStore(table),
    renderings: createRenderingStore(table),
    apiKeys: createApiKeyStore(table, clock),
    oidcRules: createOidcRuleStore(table, clock),
    idempotency: createIdempotencyStore(table),
    rateLimits: createRateLimitStore(table),
    datasets: createDatasetStore(table),
    priceBook: createPriceBookStore(table),
    schedules: createScheduleStore(table),
    usage: createUsageStore(table),
    workerClaims: createWorkerClaimStore(table),
    audit: createAuditStore(table, clock),
    dailyUsage: createDailyUsageStore(table),
  };
}
