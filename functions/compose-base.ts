import { createDynamodbClient, createKmsClient, createSqsClient } from '../shared/adapters/aws-clients.ts';
import { type ItemTable, openItemTable } from '../shared/adapters/dynamodb/item-table.ts';
import { createDeliveryStore, createWebhookEndpointStore } from '../shared/adapters/dynamodb/stores/webhook-stores.ts';
import { guardTableFormat } from '../shared/adapters/dynamodb/table-format.ts';
import { createTelemetry } from '../shared/adapters/emf-telemetry.ts';
import { createFileSecretBox } from '../shared/adapters/file-secret-box.ts';
import { createKmsSecretBox } from '../shared/adapters/kms-secret-box.ts';
import { createLogger } from '../shared/adapters/pino-logger.ts';
import { createQueue, type RegionalQueue } from '../shared/adapters/sqs-queue.ts';
import { createClock } from '../shared/adapters/system-clock.ts';
import { createIds } from '../shared/adapters/ulid-ids.ts';
import type { Config } from '../shared/config.ts';
import type { BaseDeps, SecretBox } from '../shared/ports.ts';

/** Creates what all functions need, and opens the table. A function's `compose.ts` adds its stores and adapters. */
export function composeBase(config: Config): { base: BaseDeps; table: ItemTable } {
  const clock = createClock();
  const base = {
    queue: createQueue(createSqsClient(config), config.queueUrls, openRegionalQueues(config)),
    logger: createLogger(config.logLevel),
    telemetry: createTelemetry(config.telemetryNamespace, clock),
    clock,
    ids: createIds(clock),
    config,
  };
  const reportSkipped = (error: unknown) => base.logger.error('a damaged item was skipped in a list', { error });
  const client = guardTableFormat(createDynamodbClient(config), config.tableName);
  return { base, table: openItemTable(client, config.tableName, reportSkipped) };
}

function openRegionalQueues({ sqsEndpoint, workerQueueUrls }: Config): Map<string, RegionalQueue> {
  return new Map(
    Object.entries(workerQueueUrls).map(([region, url]) => [
      region,
      { client: createSqsClient({ region, sqsEndpoint }), url },
    ]),
  );
}

/** Creates the service that encrypts secrets, as configured: with AWS KMS or with a key file. */
export function composeSecrets(config: Config): SecretBox {
  const { sealing } = config;
  if (sealing.kind === 'kms') return createKmsSecretBox(createKmsClient(config), sealing.keyId);
  return createFileSecretBox(sealing.path);
}

/** Creates the stores of webhooks. The notifier needs these stores, but not the stores of runs. */
export function composeWebhookStores(table: ItemTable) {
  return { webhookEndpoints: createWebhookEndpointStore(table), deliveries: createDeliveryStore(table) };
}
