import { afterAll, beforeAll, describe } from 'vitest';
import { describeApiKeyStore } from '../../contract/api-key-store.contract.ts';
import { describeBatchStore } from '../../contract/batch-store.contract.ts';
import { describeBlockStore } from '../../contract/block-store.contract.ts';
import { describeCredentialStore } from '../../contract/credential-store.contract.ts';
import { describeDatasetStore } from '../../contract/dataset-store.contract.ts';
import { describeDeliveryStore } from '../../contract/delivery-store.contract.ts';
import { describeIdempotencyStore } from '../../contract/idempotency-store.contract.ts';
import { describePriceBookStore } from '../../contract/price-book-store.contract.ts';
import { describeRateLimitStore } from '../../contract/rate-limit-store.contract.ts';
import { describeReportStore } from '../../contract/report-store.contract.ts';
import { describeRunStore } from '../../contract/run-store.contract.ts';
import { describeScheduleStore } from '../../contract/schedule-store.contract.ts';
import { describeStageStore } from '../../contract/stage-store.contract.ts';
import { describeWebhookEndpointStore } from '../../contract/webhook-endpoint-store.contract.ts';
import { type EmbeddedTable, openEmbeddedTable } from '../../support/embedded-table.ts';

describe('stores over the embedded DynamoDB', () => {
  let table: EmbeddedTable;
  beforeAll(async () => {
    table = await openEmbeddedTable();
  });
  afterAll(() => table.close());
  const stores = () => table.stores;
  const clock = () => table.clock;

  describeRunStore(stores);
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
  describeDatasetStore(stores);
  describePriceBookStore(stores);
  describeScheduleStore(stores);
});
