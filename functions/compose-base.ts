import { createDynamodbClient, createSqsClient } from '../shared/adapters/aws-clients.ts';
import { type ItemTable, openItemTable } from '../shared/adapters/dynamodb/item-table.ts';
import { createTelemetry } from '../shared/adapters/emf-telemetry.ts';
import { createLogger } from '../shared/adapters/pino-logger.ts';
import { createQueue, type RegionalQueue } from '../shared/adapters/sqs-queue.ts';
import { createClock } from '../shared/adapters/system-clock.ts';
import { createIds } from '../shared/adapters/ulid-ids.ts';
import type { Config } from '../shared/config.ts';
import type { BaseDeps } from '../shared/ports.ts';

/**
 * Composes the dependencies of every function, on Lambda and locally, and opens the table. Each function's `compose.ts`
 * adds only the stores and adapters that it uses. Connects to nothing until first use.
 */
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
  return { base, table: openItemTable(createDynamodbClient(config), config.tableName) };
}

function openRegionalQueues({ sqsEndpoint, workerQueueUrls }: Config): Map<string, RegionalQueue> {
  return new Map(
    Object.entries(workerQueueUrls).map(([region, url]) => [
      region,
      { client: createSqsClient({ region, sqsEndpoint }), url },
    ]),
  );
}
