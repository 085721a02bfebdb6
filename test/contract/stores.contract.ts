import type { Stores } from '../../shared/ports.ts';
import { describeApiKeyStore } from './api-key-store.contract.ts';
import { describeAuditStore } from './audit-store.contract.ts';
import { describeBatchStore } from './batch-store.contract.ts';
import { describeBlockStore } from './block-store.contract.ts';
import { describeCredentialStore } from './credential-store.contract.ts';
import { describeDailyUsageStore } from './daily-usage-store.contract.ts';
import { describeDatasetStore } from './dataset-store.contract.ts';
import { describeDeliveryStore } from './delivery-store.contract.ts';
import { describeIdempotencyStore } from './idempotency-store.contract.ts';
import { describePriceBookStore } from './price-book-store.contract.ts';
import { describeRateLimitStore } from './rate-limit-store.contract.ts';
import { describeReportStore } from './report-store.contract.ts';
import { describeRunList } from './run-list.contract.ts';
import { describeRunStore } from './run-store.contract.ts';
import { describeScheduleStore } from './schedule-store.contract.ts';
import { describeStageStore } from './stage-store.contract.ts';
import { describeUsageStore } from './usage-store.contract.ts';
import { describeWebhookEndpointStore } from './webhook-endpoint-store.contract.ts';

/** Contract of all stores, for any implementation. They read the current time from `clock`. */
export function describeStores(stores: () => Stores, clock: () => { atMs: number }): void {
  describeRunStore(stores);
  describeRunList(stores);
  describeStageStore(stores);
  describeBatchStore(stores);
  describeBlockStore(stores);
  describeReportStore(stores);
  describeCredentialStore(stores, clock);
  describeApiKeyStore(stores, clock);
  describeWebhookEndpointStore(stores);
  describeDeliveryStore(stores);
  describeIdempotencyStore(stores);
  describeRateLimitStore(stores);
  describeUsageStore(stores);
  describeAuditStore(stores, clock);
  describeDailyUsageStore(stores);
  describeDatasetStore(stores);
  describePriceBookStore(stores);
  describeScheduleStore(stores);
}
