import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createDynamodbClient, createSqsClient } from '../../../shared/adapters/aws-clients.ts';
import { ensureTable } from '../../../shared/adapters/dynamodb/table.ts';
import { upgradeTableFormat } from '../../../shared/adapters/dynamodb/table-format.ts';
import { localRegion } from '../local-settings.ts';
import { ensureQueues, type LocalQueue, type QueuePair } from '../queues/ensure-queues.ts';
import { type QueueWait, waitByInspection } from '../queues/queue-wait.ts';
import { startEmbeddedDynamodb } from './embedded-dynamodb.ts';
import { startEmbeddedSqs } from './embedded-sqs.ts';

export type Embedded = { sqsClient: SQSClient; queues: QueuePair<LocalQueue>[] };

/** URLs of servers that implement the DynamoDB and SQS protocols. */
export type StoreEndpoints = { dynamodb: string; sqs: string };

export async function startEmbedded(
  dataDir: string,
  cleanup: AsyncDisposableStack,
): Promise<StoreEndpoints & { queueWait: QueueWait }> {
  const dynamodb = await startEmbeddedDynamodb({ dataDir });
  cleanup.defer(() => dynamodb.close());
  const sqs = await startEmbeddedSqs({ dataDir: join(dataDir, 'sqs') });
  cleanup.defer(() => sqs.close());
  return { dynamodb: dynamodb.endpoint, sqs: sqs.endpoint, queueWait: waitByInspection(sqs) };
}

/**
 * Creates the table and the queues that do not exist yet, and checks the table.
 * @param checkTable throws an error if the table must not be used
 * @throws Error with a remedy if a later version wrote the table
 */
export async function prepareStores(
  endpoints: StoreEndpoints,
  name: string,
  checkTable: (client: DynamoDBClient) => Promise<void>,
  cleanup: AsyncDisposableStack,
): Promise<Embedded> {
  const dynamodbClient = createDynamodbClient({ region: localRegion, dynamodbEndpoint: endpoints.dynamodb });
  try {
    await ensureTable(dynamodbClient, name);
    await upgradeTableFormat(dynamodbClient, name);
    await checkTable(dynamodbClient);
  } finally {
    dynamodbClient.destroy();
  }
  const sqsClient = createSqsClient({ region: localRegion, sqsEndpoint: endpoints.sqs });
  cleanup.defer(() => sqsClient.destroy());
  return { sqsClient, queues: await ensureQueues(sqsClient, endpoints.sqs, name) };
}
